import {
  type AppCredentials,
  isPlatformError,
  PlatformError,
  type RefreshResult,
  Secret,
  type TokenSet,
} from '@ofm-social/core'
import type { InstagramToken } from './api-tokens.ts'

/** Instagram has no refresh token: the access token itself is exchanged for a new one while it lives. */
export function toTokenSet(token: InstagramToken, scopes: readonly string[]): TokenSet {
  return {
    accessToken: new Secret(token.access_token),
    ...(token.expires_in == null ? {} : { expiresInMs: token.expires_in * 1000 }),
    scopes: token.permissions ?? scopes,
  }
}

/** Only Instagram's own words about the token end a connection; an outage does not. */
export function toRefreshFailure(error: unknown): RefreshResult {
  if (!isPlatformError(error)) throw error
  if (error.code === 'reconnect') return { status: 'revoked', message: error.message }
  return {
    status: 'transient',
    message: error.message,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  }
}

/** Meta glues a fragment to the redirect, which is no part of the code. */
export function readCode(code: Secret): Secret {
  return new Secret(code.reveal().replace(/#_(?:=_)?$/, ''))
}

/** @throws {PlatformError} `misconfigured` without it. */
export function requireSecret({ clientSecret }: AppCredentials): Secret {
  if (clientSecret) return clientSecret
  const message = "Instagram's login needs the app's secret; set it as clientSecret of the app."
  throw new PlatformError({ code: 'misconfigured', message })
}
