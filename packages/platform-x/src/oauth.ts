import { isPlatformError, type PlatformOAuth, type RefreshResult, Secret, type TokenSet } from '@ofm-social/core'
import type { XApi, XTokens } from './api.ts'

/** `media.write` uploads; `offline.access` gives the refresh token. https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code */
const scopes = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access']

/** OAuth 2.0 with PKCE, for apps with and without a secret. */
export function createXOAuth(api: XApi, { webUrl }: { readonly webUrl: string }): PlatformOAuth {
  return {
    scopes,
    pkce: true,
    authorizeUrl({ app, redirectUri, state, codeChallenge, scopes: asked }) {
      const fields = {
        response_type: 'code',
        client_id: app.clientId,
        redirect_uri: redirectUri,
        scope: asked.join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      }
      // By hand: X wants spaces as %20, which URLSearchParams writes as +.
      const query = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      return `${webUrl}/i/oauth2/authorize?${query.join('&')}`
    },
    async exchange({ code, redirectUri, codeVerifier }, context) {
      const fields = {
        grant_type: 'authorization_code',
        code: code.reveal(),
        redirect_uri: redirectUri,
        code_verifier: codeVerifier.reveal(),
      }
      return toTokenSet(await api.requestTokens(fields, context))
    },
    async refresh({ refreshToken }, context): Promise<RefreshResult> {
      if (refreshToken === undefined) {
        return { status: 'revoked', message: 'X gave no refresh token: offline.access was not granted.' }
      }
      const fields = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }
      try {
        const tokens = toTokenSet(await api.requestTokens(fields, context))
        return { status: 'refreshed', tokens: { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken } }
      } catch (error) {
        return toRefreshFailure(error)
      }
    },
    async revoke(token, context) {
      try {
        await api.revokeToken({ token: token.reveal() }, context)
      } catch (error) {
        if (!isPlatformError(error) || error.code !== 'reconnect') throw error
      }
    },
  }
}

/** Only X's own words about the token end a connection: outages and billing refuse the token endpoint, too. */
function toRefreshFailure(error: unknown): RefreshResult {
  if (!isPlatformError(error)) throw error
  if (error.code === 'reconnect') return { status: 'revoked', message: error.message }
  return { status: 'transient', message: error.message, retryAfterMs: error.retryAfterMs }
}

function toTokenSet(tokens: XTokens): TokenSet {
  return {
    accessToken: new Secret(tokens.access_token),
    refreshToken: tokens.refresh_token == null ? undefined : new Secret(tokens.refresh_token),
    expiresInMs: tokens.expires_in == null ? undefined : tokens.expires_in * 1000,
    scopes: (tokens.scope ?? '').split(' ').filter((scope) => scope !== ''),
  }
}
