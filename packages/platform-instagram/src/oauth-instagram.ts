import { isPlatformError, type OAuthContext, type PlatformOAuth, type RefreshResult, Secret } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import { readCode, requireSecret, toRefreshFailure, toTokenSet } from './oauth-tokens.ts'
import type { InstagramAdapterConfig } from './options.ts'

/** https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login */
const scopes = [
  'instagram_business_basic',
  'instagram_business_content_publish',
  'instagram_business_manage_comments',
  'instagram_business_manage_insights',
]

/** The login with Instagram itself. Instagram documents no way to take a permission back: the creator does that in the app. */
export function createInstagramOAuth(
  api: InstagramApi,
  { toUrl, webhookFields = [] }: InstagramAdapterConfig,
): PlatformOAuth {
  const hearsMessages = webhookFields.some((field) => field.startsWith('messag'))
  return {
    scopes: hearsMessages ? [...scopes, 'instagram_business_manage_messages'] : scopes,
    pkce: false,
    authorizeUrl({ app, redirectUri, state, scopes: asked }) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: asked.join(','),
        state,
      })
      return `${toUrl('www.instagram.com')}/oauth/authorize?${query}`
    },
    async exchange({ code, redirectUri }, context) {
      const fields = {
        client_id: context.app.clientId,
        client_secret: requireSecret(context.app).reveal(),
        redirect_uri: redirectUri,
        code: readCode(code).reveal(),
      }
      const short = await api.exchangeInstagramCode(fields, context)
      const long = await api.exchangeShortToken(new Secret(short.access_token), context)
      return toTokenSet(long, short.permissions ?? [])
    },
    async refresh({ accessToken }, context): Promise<RefreshResult> {
      try {
        return { status: 'refreshed', tokens: toTokenSet(await api.refreshInstagramToken(accessToken, context), []) }
      } catch (error) {
        if (!isPlatformError(error) || error.code !== 'reconnect') return toRefreshFailure(error)
        return (await isAlive(api, accessToken, context)) ? toTooYoung(error.message) : toRefreshFailure(error)
      }
    },
  }
}

/** A token that is too young to be refreshed is refused with the same words as one that is dead. */
async function isAlive(api: InstagramApi, token: Secret, context: OAuthContext): Promise<boolean> {
  try {
    await api.testToken(token, context)
    return true
  } catch (error) {
    // Without an answer nothing is known about the token: that is no reason to ask the creator.
    return isPlatformError(error) && error.code !== 'token_expired' && error.code !== 'reconnect'
  }
}

const toTooYoung = (message: string): RefreshResult => ({ status: 'transient', message, retryAfterMs: 3_600_000 })
