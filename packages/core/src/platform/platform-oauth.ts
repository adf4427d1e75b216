import type { AppCredentials } from './call-context.ts'
import type { Secret } from './secret.ts'

/** Tokens as a platform gave them. Never stored by an adapter. */
export interface TokenSet {
  readonly accessToken: Secret
  readonly refreshToken?: Secret
  /** Milliseconds from the answer on; absent when the token does not expire. */
  readonly expiresInMs?: number
  readonly refreshExpiresInMs?: number
  /** Granted, not requested. */
  readonly scopes: readonly string[]
}

/** What the OAuth calls get instead of a `CallContext`: there is no account yet. */
export interface OAuthContext {
  readonly app: AppCredentials
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly now: number
}

export type RefreshResult =
  | { readonly status: 'refreshed'; readonly tokens: TokenSet }
  /** Try again later; the grant may be alive. */
  | { readonly status: 'transient'; readonly message: string; readonly retryAfterMs?: number }
  /** The grant is gone: the creator has to connect again. */
  | { readonly status: 'revoked'; readonly message: string }

/** OAuth of one platform. Core makes `state`, verifier and challenge, and stores what is returned. */
export interface PlatformOAuth {
  /** Scopes that are asked for; missing ones are shown to the person. */
  readonly scopes: readonly string[]
  /** Whether `codeChallenge` is used (S256). */
  readonly pkce: boolean
  authorizeUrl(request: {
    readonly app: AppCredentials
    readonly redirectUri: string
    readonly state: string
    readonly codeChallenge: string
    readonly scopes: readonly string[]
  }): string
  exchange(
    request: { readonly code: Secret; readonly redirectUri: string; readonly codeVerifier: Secret },
    context: OAuthContext,
  ): Promise<TokenSet>
  refresh?(
    tokens: { readonly refreshToken?: Secret; readonly accessToken: Secret },
    context: OAuthContext,
  ): Promise<RefreshResult>
  revoke?(token: Secret, context: OAuthContext): Promise<void>
}
