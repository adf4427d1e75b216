import type { CallContext, OAuthContext, OpenedAsset } from '@ofm-social/core'
import { createJsonClient, type JsonClient } from '@ofm-social/core/http'
import * as z from 'zod'
import type { XAdapterConfig } from './options.ts'
import { readRateWindows } from './rate-windows.ts'
import { toPlatformError } from './to-platform-error.ts'

/** Ids are decimal strings of up to 19 digits, too long for numbers. */
const id = z.string().regex(/^\d{1,19}$/)

const createdSchema = z.object({ data: z.object({ id }) })
const deletedSchema = z.object({
  data: z.object({ deleted: z.boolean() }).nullish(),
  errors: z.array(z.object({ type: z.string().nullish() })).nullish(),
})
/** Counters of one kind. Any of them may be missing. */
const countersSchema = z.record(z.string(), z.number().nullish()).nullish()
const meSchema = z.object({
  data: z.object({
    id,
    username: z.string(),
    subscription_type: z.string().nullish(),
    verified_type: z.string().nullish(),
    protected: z.boolean().nullish(),
    public_metrics: countersSchema,
  }),
})

const countedPostSchema = z.object({
  id,
  attachments: z.object({ media_keys: z.array(z.string()).nullish() }).nullish(),
  possibly_sensitive: z.boolean().nullish(),
  public_metrics: countersSchema,
  non_public_metrics: countersSchema,
  organic_metrics: countersSchema,
})
const countedPostsSchema = z.object({
  data: z.array(countedPostSchema).nullish(),
  includes: z
    .object({
      media: z
        .array(
          z.object({
            media_key: z.string(),
            public_metrics: countersSchema,
            non_public_metrics: countersSchema,
            organic_metrics: countersSchema,
          }),
        )
        .nullish(),
    })
    .nullish(),
  errors: z
    .array(
      z.object({
        type: z.string().nullish(),
        detail: z.string().nullish(),
        resource_id: z.string().nullish(),
        value: z.string().nullish(),
      }),
    )
    .nullish(),
})

const entitiesSchema = z
  .object({
    urls: z
      .array(z.object({ url: z.string(), expanded_url: z.string().nullish(), media_key: z.string().nullish() }))
      .nullish(),
  })
  .nullish()

/** The whole of a text that `text` shows cut. */
const longTextSchema = z.object({ text: z.string(), entities: entitiesSchema }).nullish()

/**
 * A post as listings show it, under both names that X has for everything. X drops fields in silence: without the one that every post has, nothing can
 * be said of those that may be missing.
 */
const listedPostSchema = z.object({
  id,
  text: z.string(),
  created_at: z.string(),
  entities: entitiesSchema,
  attachments: z
    .object({ media_keys: z.array(z.string()).nullish(), poll_ids: z.array(z.string()).nullish() })
    .nullish(),
  note_tweet: longTextSchema,
  note_post: longTextSchema,
  referenced_tweets: z.array(z.object({ type: z.string(), id })).nullish(),
  edit_history_tweet_ids: z.array(z.string()).nullish(),
  edit_history_post_ids: z.array(z.string()).nullish(),
})
const listingSchema = z.object({
  data: z.array(listedPostSchema).nullish(),
  meta: z.object({ next_token: z.string().nullish() }).nullish(),
})

/** What X says about editing a post; any of it may be missing. */
const editablePostSchema = z.object({
  id,
  author_id: z.string().nullish(),
  edit_controls: z
    .object({
      edits_remaining: z.number().nullish(),
      is_edit_eligible: z.boolean().nullish(),
      editable_until: z.string().nullish(),
    })
    .nullish(),
})
const editablePostsSchema = z.object({ data: z.array(editablePostSchema).nullish() })

/** Anything, as long as it arrived whole. */
const wholeAnswer = z.unknown()

const processingSchema = z.object({
  state: z.string().nullish(),
  check_after_secs: z.number().nullish(),
  progress_percent: z.number().nullish(),
  error: z.object({ code: z.number().nullish(), name: z.string().nullish(), message: z.string().nullish() }).nullish(),
})
const mediaSchema = z.object({
  data: z.object({ id, expires_after_secs: z.number().nullish(), processing_info: processingSchema.nullish() }),
})

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().nullish(),
  scope: z.string().nullish(),
})

export type XListedPost = z.infer<typeof listedPostSchema>
export type XListing = z.infer<typeof listingSchema>
export type XEditablePost = z.infer<typeof editablePostSchema>
export type XCountedPost = z.infer<typeof countedPostSchema>
export type XCountedPosts = z.infer<typeof countedPostsSchema>
export type XMedia = z.infer<typeof mediaSchema>['data']
export type XTokens = z.infer<typeof tokensSchema>
export type XApi = ReturnType<typeof createXApi>

/** Where a listing begins and how much of it is read. */
export interface XListingQuery {
  readonly userId: string
  readonly max_results: number
  readonly start_time?: string
  readonly end_time?: string
  readonly since_id?: string
  readonly pagination_token?: string
}

/**
 * The endpoints that the adapter uses. One vocabulary, the older one, in every request: X drops fields of the other silently.
 *
 * @see https://docs.x.com/x-api
 */
export function createXApi(config: XAdapterConfig) {
  const { baseUrl, userAgent, timeoutMs, dispatcher } = config
  const http = createJsonClient({
    baseUrl,
    userAgent,
    timeoutMs,
    dispatcher,
    readRateWindows,
    toError: toPlatformError,
  })
  return { ...createPostCalls(http), ...createMediaCalls(http, config), ...createOAuthCalls(http) }
}

function createPostCalls(http: JsonClient) {
  const fields =
    'created_at,text,entities,attachments,note_tweet,referenced_tweets,conversation_id,edit_history_tweet_ids'
  return {
    /** https://docs.x.com/x-api/posts/create-post */
    async createPost(json: unknown, context: CallContext) {
      return (await http.mutate('POST', '/2/tweets', { context, json, answer: createdSchema })).data
    },
    /** https://docs.x.com/x-api/posts/delete-post */
    deletePost(postId: string, context: CallContext) {
      return http.mutate('DELETE', `/2/tweets/${encodeURIComponent(postId)}`, { context, answer: deletedSchema })
    },
    /** Newest first. https://docs.x.com/x-api/posts/timelines/introduction */
    listPosts({ userId, ...query }: XListingQuery, context: CallContext): Promise<XListing> {
      const path = `/2/users/${encodeURIComponent(userId)}/tweets`
      return http.get(path, { context, query: { ...query, 'tweet.fields': fields }, answer: listingSchema })
    },
    /** https://docs.x.com/x-api/users/user-lookup-me */
    async readMe(context: CallContext, userFields?: string) {
      const query = userFields === undefined ? {} : { 'user.fields': userFields }
      return (await http.get('/2/users/me', { context, query, answer: meSchema })).data
    },
    /** Undefined when there is none that this account can see. */
    async readEditable(postId: string, context: CallContext): Promise<XEditablePost | undefined> {
      const query = { ids: postId, 'tweet.fields': 'author_id,edit_controls' }
      const { data } = await http.get('/2/tweets', { context, query, answer: editablePostsSchema })
      return data?.find((post) => post.id === postId)
    },
    /** Up to 100 posts with what X counts. https://docs.x.com/x-api/posts/get-posts-by-ids */
    readPosts(ids: readonly string[], group: 'public' | 'private', context: CallContext): Promise<XCountedPosts> {
      const counters = group === 'public' ? 'public_metrics' : 'non_public_metrics,organic_metrics'
      const query = {
        ids: ids.join(','),
        'tweet.fields': `attachments,${group === 'public' ? 'possibly_sensitive,' : ''}${counters}`,
        expansions: 'attachments.media_keys',
        'media.fields': counters,
      }
      return http.get('/2/tweets', { context, query, answer: countedPostsSchema })
    },
  }
}

/** https://docs.x.com/x-api/media/quickstart/media-upload-chunked */
function createMediaCalls(http: JsonClient, { uploadTimeoutMs }: XAdapterConfig) {
  return {
    async uploadImage(media: OpenedAsset, context: CallContext): Promise<XMedia> {
      const form = { media_category: 'tweet_image', media }
      const request = { context, form, timeoutMs: uploadTimeoutMs, answer: mediaSchema }
      return (await http.mutate('POST', '/2/media/upload', request)).data
    },
    async initializeUpload(
      json: { media_type: string; total_bytes: number; media_category: string },
      context: CallContext,
    ) {
      return (await http.mutate('POST', '/2/media/upload/initialize', { context, json, answer: mediaSchema })).data
    },
    /** Answers with JSON, nothing, or 204. Nothing of it is needed, but one that broke off does not say that X has the bytes. */
    async appendSegment(
      mediaId: string,
      segment: { index: number; media: OpenedAsset },
      context: CallContext,
    ): Promise<void> {
      const form = { segment_index: String(segment.index), media: segment.media }
      const path = `/2/media/upload/${mediaId}/append`
      await http.mutate('POST', path, { context, form, timeoutMs: uploadTimeoutMs, answer: wholeAnswer })
    },
    async finalizeUpload(mediaId: string, context: CallContext): Promise<XMedia> {
      return (await http.mutate('POST', `/2/media/upload/${mediaId}/finalize`, { context, answer: mediaSchema })).data
    },
    async readUploadStatus(mediaId: string, context: CallContext): Promise<XMedia> {
      const query = { command: 'STATUS', media_id: mediaId }
      return (await http.get('/2/media/upload', { context, query, answer: mediaSchema })).data
    },
    /** https://docs.x.com/x-api/media/media-upload */
    async uploadSubtitles(media: OpenedAsset, context: CallContext): Promise<XMedia> {
      const form = { media_category: 'subtitles', media }
      return (await http.mutate('POST', '/2/media/upload', { context, form, answer: mediaSchema })).data
    },
    /** https://docs.x.com/x-api/media/create-media-subtitles */
    async addSubtitles(json: unknown, context: CallContext): Promise<void> {
      await http.mutate('POST', '/2/media/subtitles', { context, json, answer: wholeAnswer })
    },
    async describeMedia(json: unknown, context: CallContext): Promise<void> {
      await http.mutate('POST', '/2/media/metadata', { context, json, answer: wholeAnswer })
    },
  }
}

/** https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code */
function createOAuthCalls(http: JsonClient) {
  return {
    requestTokens(fields: Readonly<Record<string, string>>, context: OAuthContext): Promise<XTokens> {
      const request = { context, ...authenticateApp(fields, context), answer: tokensSchema }
      return http.read('POST', '/2/oauth2/token', request)
    },
    async revokeToken(fields: Readonly<Record<string, string>>, context: OAuthContext): Promise<void> {
      await http.read('POST', '/2/oauth2/revoke', { context, ...authenticateApp(fields, context) })
    },
  }
}

/** Apps with a secret use Basic authentication; apps without one name themselves in the body. */
function authenticateApp(fields: Readonly<Record<string, string>>, { app }: OAuthContext) {
  return app.clientSecret === undefined
    ? { auth: 'none' as const, urlencoded: { ...fields, client_id: app.clientId } }
    : { auth: 'basic' as const, urlencoded: fields }
}
