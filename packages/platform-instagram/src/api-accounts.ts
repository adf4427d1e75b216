import { type CallContext, Secret } from '@ofm-social/core'
import * as z from 'zod'
import type { ApiParts } from './api.ts'
import type { PageOwner } from './pages.ts'

/** Ids are decimal strings, too long for numbers; a number that came through whole is taken. */
export const graphId = z.union([z.string(), z.int()]).transform(String).pipe(z.string().regex(/^\d+$/))

const profileFields = 'username,name,followers_count,follows_count,media_count'
const ownIdSchema = z.object({ id: graphId })
const profileSchema = z.object({
  id: graphId,
  user_id: graphId.nullish(),
  username: z.string(),
  followers_count: z.number().nullish(),
  follows_count: z.number().nullish(),
  media_count: z.number().nullish(),
})
const linkedSchema = z.object({ id: graphId, username: z.string().nullish() })
const pageSchema = z.object({
  id: graphId,
  name: z.string().nullish(),
  instagram_business_account: linkedSchema.nullish(),
})
const paging = z
  .object({ cursors: z.object({ after: z.string().nullish() }).nullish(), next: z.string().nullish() })
  .nullish()
const pagesSchema = z.object({ data: z.array(pageSchema), paging })
const pageTokenSchema = z.object({
  access_token: z
    .string()
    .min(1)
    .transform((token) => new Secret(token)),
})
const successSchema = z.object({ success: z.literal(true) })
const businessesSchema = z.object({ data: z.array(ownIdSchema), paging })
const limitSchema = z.object({
  data: z.array(
    z.object({
      quota_usage: z.number(),
      config: z.object({ quota_total: z.number(), quota_duration: z.number() }).nullish(),
    }),
  ),
})

export type InstagramProfile = z.infer<typeof profileSchema>
export type FacebookPage = z.infer<typeof pageSchema>
/** One page of a list. */
export interface FacebookList<Item> {
  readonly data: readonly Item[]
  readonly paging?: z.infer<typeof paging>
}

/** Who the account is, which Pages lead to it, and how much it may still publish. */
export function createAccountCalls({ graph, versioned }: ApiParts) {
  const pageFields = 'id,name,instagram_business_account{id,username}'
  return {
    /** The login with Instagram. https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/get-started */
    readMe(context: CallContext): Promise<InstagramProfile> {
      const query = { fields: `user_id,${profileFields}` }
      return graph.get(versioned('/me'), { context, query, answer: profileSchema })
    },
    /** Of the person, or of the Page whose token it is. */
    async readOwnId(owner: PageOwner): Promise<string> {
      return (await graph.get(versioned('/me'), { ...owner, query: { fields: 'id' }, answer: ownIdSchema })).id
    },
    readProfile(accountId: string, context: CallContext): Promise<InstagramProfile> {
      return graph.get(versioned(`/${accountId}`), { context, query: { fields: profileFields }, answer: profileSchema })
    },
    /** Pages of `me`, or of a business. https://developers.facebook.com/docs/graph-api/reference/user/accounts/ */
    listPages(path: string, after: string | undefined, owner: PageOwner): Promise<FacebookList<FacebookPage>> {
      const query = { fields: pageFields, limit: 100, after }
      return graph.get(versioned(path), { ...owner, query, answer: pagesSchema })
    },
    /** The Page that a Page token speaks for. */
    readOwnPage(owner: PageOwner): Promise<FacebookPage> {
      return graph.get(versioned('/me'), { ...owner, query: { fields: pageFields }, answer: pageSchema })
    },
    /** By which a Page speaks for itself. https://developers.facebook.com/docs/facebook-login/guides/access-tokens#pagetokens */
    async readPageToken(pageId: string, context: CallContext): Promise<Secret> {
      const request = { context, query: { fields: 'access_token' }, answer: pageTokenSchema }
      return (await graph.get(versioned(`/${pageId}`), request)).access_token
    },
    /** The account (`me`), or a Page by its own token. https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps */
    async subscribeApp(target: { id: string; fields: readonly string[] }, owner: PageOwner): Promise<void> {
      const query = { subscribed_fields: target.fields.join(',') }
      const request = { ...owner, query, answer: successSchema }
      await graph.mutate('POST', versioned(`/${target.id}/subscribed_apps`), request)
    },
    listBusinesses(after: string | undefined, owner: PageOwner): Promise<FacebookList<{ readonly id: string }>> {
      const query = { fields: 'id', limit: 100, after }
      return graph.get(versioned('/me/businesses'), { ...owner, query, answer: businessesSchema })
    },
    /** https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/content_publishing_limit */
    async readPublishingLimit(accountId: string, context: CallContext) {
      const path = versioned(`/${accountId}/content_publishing_limit`)
      const answer = await graph.get(path, { context, query: { fields: 'quota_usage,config' }, answer: limitSchema })
      return answer.data[0]
    },
  }
}
