import type { AccountId } from '../model/ids.ts'
import { isPlatformError, PlatformError } from '../platform/platform-error.ts'
import { Secret } from '../platform/secret.ts'
import type { SocialOptions } from '../social.ts'
import { untilAborted } from './adapter-call.ts'

const retryAfterMs = 30_000

/**
 * Asks the host for the token of an account.
 *
 * @throws {PlatformError} What the host throws as such (`reconnect` asks the creator), else `not_accepted`: asked again later.
 */
export async function askTokenSource(
  { tokenSource }: { readonly tokenSource: SocialOptions['tokenSource'] },
  ask: { readonly accountId: AccountId; readonly force: 'no' | 'refused'; readonly signal: AbortSignal },
): Promise<Secret> {
  const { accountId, force, signal } = ask
  if (!tokenSource) {
    const message = 'The account was added without tokens, and the option tokenSource is not set.'
    throw new PlatformError({ code: 'misconfigured', message })
  }
  let answer: { readonly accessToken: string } | undefined
  try {
    answer = await untilAborted(tokenSource(accountId, { refused: force === 'refused' }), signal)
  } catch (cause) {
    if (isPlatformError(cause) || signal.aborted) throw cause
    throw new PlatformError({
      code: 'not_accepted',
      message: 'The app could not bring the token (tokenSource).',
      retryAfterMs,
      cause,
    })
  }
  if (typeof answer?.accessToken === 'string' && answer.accessToken !== '') return new Secret(answer.accessToken)
  throw new PlatformError({ code: 'misconfigured', message: 'The option tokenSource brought no accessToken.' })
}
