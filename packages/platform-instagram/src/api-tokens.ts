import type { OAuthContext, Secret } from '@ofm-social/core'
import * as z from 'zod'
import type { ApiParts } from './api.ts'

const permissionsSchema = z
  .union([z.string().transform((text) => text.split(',')), z.array(z.string())])
  .transform((names) => names.map((name) => name.trim()).filter((name) => name !== ''))
const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().nullish(),
  permissions: permissionsSchema.nullish(),
})
/** Documented inside `data`, met flat as well. */
const shortTokenSchema = z.union([
  z.object({ data: z.tuple([tokenSchema]) }).transform(({ data }) => data[0]),
  tokenSchema,
])
const grantsSchema = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) })
const successSchema = z.object({ success: z.boolean() })

export type InstagramToken = z.infer<typeof tokenSchema>

/** Tokens of both logins. Secrets travel in bodies wherever Instagram takes them there. */
export function createTokenCalls({ graph, versioned, createClient, config }: ApiParts) {
  const login = createClient(config.login === 'facebook' ? 'graph.facebook.com' : 'api.instagram.com')
  return {
    /** https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login */
    exchangeInstagramCode(fields: Readonly<Record<string, string>>, context: OAuthContext): Promise<InstagramToken> {
      const urlencoded = { grant_type: 'authorization_code', ...fields }
      return login.read('POST', '/oauth/access_token', { context, urlencoded, answer: shortTokenSchema })
    },
    /** Lives 60 days. Documented as GET only. */
    exchangeShortToken(token: Secret, context: OAuthContext): Promise<InstagramToken> {
      const query = {
        grant_type: 'ig_exchange_token',
        client_secret: context.app.clientSecret?.reveal(),
        access_token: token.reveal(),
      }
      return graph.get('/access_token', { context, query, answer: tokenSchema })
    },
    refreshInstagramToken(token: Secret, context: OAuthContext): Promise<InstagramToken> {
      const query = { grant_type: 'ig_refresh_token', access_token: token.reveal() }
      return graph.get('/refresh_access_token', { context, query, answer: tokenSchema })
    },
    /** A code, or a token that still lives. https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived */
    requestFacebookToken(fields: Readonly<Record<string, string>>, context: OAuthContext): Promise<InstagramToken> {
      return login.read('POST', versioned('/oauth/access_token'), { context, urlencoded: fields, answer: tokenSchema })
    },
    /** What the person really granted. https://developers.facebook.com/docs/graph-api/reference/user/permissions/ */
    async listGrants(token: Secret, context: OAuthContext): Promise<readonly string[]> {
      const request = { context, headers: toBearer(token), answer: grantsSchema }
      const { data } = await graph.get(versioned('/me/permissions'), request)
      return data.filter(({ status }) => status === 'granted').map(({ permission }) => permission)
    },
    /** Takes the whole permission of the app back. */
    async revokeGrants(token: Secret, context: OAuthContext): Promise<void> {
      const request = { context, headers: toBearer(token), answer: successSchema }
      await graph.mutate('DELETE', versioned('/me/permissions'), request)
    },
    /** Whether a token is still taken, told by its own error. */
    async testToken(token: Secret, context: OAuthContext): Promise<void> {
      await graph.get(versioned('/me'), { context, headers: toBearer(token), query: { fields: 'id' } })
    },
  }
}

/** In a header, so that no URL holds it. */
export function toBearer(token: Secret): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token.reveal()}` }
}
