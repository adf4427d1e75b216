import { createHmac, timingSafeEqual } from 'node:crypto'
import { type AppCredentials, PlatformError, Secret } from '@ofm-social/core'

/**
 * The secrets that Instagram may sign with. With the login through Instagram it is not documented whether that is the Instagram app's or the Meta app's:
 * `metaAppSecret` of the app is tried, too.
 *
 * @throws {PlatformError} `misconfigured` without any.
 */
export function listSigningSecrets({ clientSecret, metaAppSecret }: AppCredentials): readonly Secret[] {
  const secrets = [clientSecret, metaAppSecret].filter((secret) => secret instanceof Secret)
  if (secrets.length > 0) return secrets
  const message = "Instagram signs webhooks with the app's secret; set it as clientSecret of the app."
  throw new PlatformError({ code: 'misconfigured', message })
}

/** Whether one of the secrets made this signature of these bytes. */
export function isSignedBy(secrets: readonly Secret[], content: string | Uint8Array, signature: Uint8Array): boolean {
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret.reveal()).update(content).digest()
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  })
}
