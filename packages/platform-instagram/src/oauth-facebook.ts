import { isPlatformError, type OAuthContext, type PlatformOAuth, type RefreshResult, Secret } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import { toBearer } from './api-tokens.ts'
import { readCode, requireSecret, toRefreshFailure, toTokenSet } from './oauth-tokens.ts'
import type { InstagramAdapterConfig } from './options.ts'
import { listPages } from './pages.ts'

/** https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-facebook-login */
const scopes = [
  'instagram_basic',
  'instagram_content_publish',
  'instagram_manage_comments',
  'instagram_manage_insights',
  'instagram_manage_contents',
  'pages_show_list',
  'pages_read_engagement',
  'business_management',
]

/** https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps */
const subscriptionScope = 'pages_manage_metadata'

/** The login with Facebook, for accounts that are linked to a Page. An app's `configId` is used where it has one (Facebook Login for Business). */
export function createFacebookOAuth(api: InstagramApi, config: InstagramAdapterConfig): PlatformOAuth {
  const { toUrl, version, webhookFields } = config
  const exchangeForLong = (token: Secret, context: OAuthContext) =>
    api.requestFacebookToken(
      {
        grant_type: 'fb_exchange_token',
        client_id: context.app.clientId,
        client_secret: requireSecret(context.app).reveal(),
        fb_exchange_token: token.reveal(),
      },
      context,
    )
  return {
    scopes: webhookFields ? [...scopes, subscriptionScope] : scopes,
    pkce: false,
    authorizeUrl({ app, redirectUri, state, scopes: asked }) {
      const { configId } = app
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        state,
        response_type: 'code',
        scope: asked.join(','),
        ...(typeof configId === 'string' && { config_id: configId }),
      })
      return `${toUrl('www.facebook.com')}/${version}/dialog/oauth?${query}`
    },
    async exchange({ code, redirectUri }, context) {
      const fields = {
        client_id: context.app.clientId,
        client_secret: requireSecret(context.app).reveal(),
        redirect_uri: redirectUri,
        code: readCode(code).reveal(),
      }
      const short = await api.requestFacebookToken(fields, context)
      const long = await exchangeForLong(new Secret(short.access_token), context)
      return toTokenSet(long, await api.listGrants(new Secret(long.access_token), context))
    },
    async refresh({ accessToken }, context): Promise<RefreshResult> {
      try {
        return { status: 'refreshed', tokens: toTokenSet(await exchangeForLong(accessToken, context), []) }
      } catch (error) {
        return toRefreshFailure(error)
      }
    },
    revoke: (token, context) => revokeGrants(api, token, context),
  }
}

/** Facebook takes back all that a person granted to the app: whoever manages several accounts would lose the others, so then nothing is revoked. */
async function revokeGrants(api: InstagramApi, token: Secret, context: OAuthContext): Promise<void> {
  try {
    const pages = await listPages(api, { context, headers: toBearer(token) })
    const accountIds = new Set(pages.flatMap((page) => page.instagram_business_account?.id ?? []))
    if (accountIds.size <= 1) await api.revokeGrants(token, context)
  } catch (error) {
    const isGone = isPlatformError(error) && (error.code === 'token_expired' || error.code === 'reconnect')
    if (!isGone) throw error
  }
}
