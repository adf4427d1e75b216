import type { CallContext } from '@ofm-social/core'
import * as z from 'zod'
import type { ApiParts } from './api.ts'
import { graphId } from './api-accounts.ts'
import type { ContainerRecord } from './container-checkpoint.ts'

const createdSchema = z.object({ id: graphId })
const createdContainerSchema = z.object({ id: graphId, uri: z.string().nullish() })
const phaseSchema = z
  .object({
    status: z.string().nullish(),
    bytes_transferred: z.number().nullish(),
    errors: z.array(z.object({ code: z.number().nullish(), message: z.string().nullish() })).nullish(),
  })
  .nullish()
const containerSchema = z.object({
  status_code: z.string(),
  status: z.union([z.string(), z.number()]).transform(String).nullish(),
  video_status: z.object({ uploading_phase: phaseSchema, processing_phase: phaseSchema }).nullish(),
})
const listedMediaSchema = z.object({
  id: graphId,
  caption: z.string().nullish(),
  media_type: z.string().nullish(),
  media_product_type: z.string().nullish(),
  permalink: z.string().nullish(),
  timestamp: z.string().nullish(),
})
const mediaListSchema = z.object({ data: z.array(listedMediaSchema) })
const permalinkSchema = z.object({ permalink: z.string().nullish() })
const commentSchema = z.object({
  id: graphId,
  text: z.string().nullish(),
  timestamp: z.string().nullish(),
  username: z.string().nullish(),
  from: z.object({ id: graphId.nullish(), username: z.string().nullish() }).nullish(),
  replies: z.object({ data: z.array(z.object({ id: graphId })) }).nullish(),
})
const commentsSchema = z.object({
  data: z.array(commentSchema),
  paging: z
    .object({ cursors: z.object({ after: z.string().nullish() }).nullish(), next: z.string().nullish() })
    .nullish(),
})
const commentCountSchema = z.object({ comments_count: z.number().nullish() })
const uploadedSchema = z.object({ success: z.boolean() })
/** Anything, as long as it arrived whole. */
const wholeAnswer = z.unknown()

type MadeContainer = Pick<ContainerRecord, 'id' | 'uploadPath'>
export type InstagramContainer = z.infer<typeof containerSchema>
export type InstagramListedMedia = z.infer<typeof listedMediaSchema>
export type InstagramListedComment = z.infer<typeof commentSchema>
export interface InstagramListedComments {
  readonly comments: readonly InstagramListedComment[]
  /** Whether these are all. */
  readonly isComplete: boolean
}
type Fields = Readonly<Record<string, string>>

/**
 * Containers, posts and comments. Forms, not JSON: optional parameters of a sibling API were dropped silently when they came as JSON.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing
 */
export function createMediaCalls(parts: ApiParts) {
  const { graph, versioned } = parts
  const answer = createdSchema
  const uploadUrl = parts.config.toUrl('rupload.facebook.com')
  return {
    ...createListCalls(parts),
    ...createUploadCalls(parts),
    /** Makes nothing public. */
    async createContainer(accountId: string, fields: Fields, context: CallContext): Promise<MadeContainer> {
      const request = { context, urlencoded: fields, answer: createdContainerSchema }
      const { id, uri } = await graph.mutate('POST', versioned(`/${accountId}/media`), request)
      // Elsewhere the token would go to a host that nobody has configured.
      const isOwn = uri?.startsWith(`${uploadUrl}/`) === true
      return isOwn ? { id, uploadPath: uri.slice(uploadUrl.length) } : { id }
    },
    readContainer(containerId: string, context: CallContext): Promise<InstagramContainer> {
      const query = { fields: 'id,status_code,status,video_status' }
      return graph.get(versioned(`/${containerId}`), { context, query, answer: containerSchema })
    },
    /** The write that makes a post public. */
    publishContainer(accountId: string, containerId: string, context: CallContext) {
      const urlencoded = { creation_id: containerId }
      return graph.mutate('POST', versioned(`/${accountId}/media_publish`), { context, urlencoded, answer })
    },
    /** Never with `fields`: Instagram makes the comment, and then refuses. */
    createComment(mediaId: string, message: string, context: CallContext) {
      return graph.mutate('POST', versioned(`/${mediaId}/comments`), { context, urlencoded: { message }, answer })
    },
    /** A post (login with Facebook only) or a comment. */
    async deleteObject(id: string, context: CallContext): Promise<void> {
      await graph.mutate('DELETE', versioned(`/${id}`), { context, answer: wholeAnswer })
    },
  }
}

function createListCalls({ graph, versioned }: ApiParts) {
  const fields = 'id,caption,media_type,media_product_type,permalink,timestamp'
  const commentFields = 'id,text,timestamp,username,from,replies{id}'
  return {
    /** It cannot be computed from the id. */
    async readPermalink(mediaId: string, context: CallContext): Promise<string | undefined> {
      const request = { context, query: { fields: 'id,permalink' }, timeoutMs: 5_000, answer: permalinkSchema }
      return (await graph.get(versioned(`/${mediaId}`), request)).permalink ?? undefined
    },
    /** Newest first; stories are in a list of their own. */
    async listMedia(
      { accountId, edge, limit }: { accountId: string; edge: 'media' | 'stories'; limit: number },
      context: CallContext,
    ): Promise<readonly InstagramListedMedia[]> {
      const request = { context, query: { fields, limit }, answer: mediaListSchema }
      return (await graph.get(versioned(`/${accountId}/${edge}`), request)).data
    },
    /** Newest first, 50 a page; not the replies. */
    async listComments(
      { mediaId, pagesMax }: { mediaId: string; pagesMax: number },
      context: CallContext,
    ): Promise<InstagramListedComments> {
      const comments: InstagramListedComment[] = []
      let after: string | undefined
      for (let page = 0; page < pagesMax; page += 1) {
        const query = { fields: commentFields, limit: 50, after }
        const { data, paging } = await graph.get(versioned(`/${mediaId}/comments`), {
          context,
          query,
          answer: commentsSchema,
        })
        comments.push(...data)
        if (paging?.next == null) return { comments, isComplete: true }
        after = paging.cursors?.after ?? undefined
        if (after === undefined) break
      }
      return { comments, isComplete: false }
    },
    /** Replies are counted, too. Undefined where it is not said. */
    async readCommentCount(mediaId: string, context: CallContext): Promise<number | undefined> {
      const request = { context, query: { fields: 'id,comments_count' }, answer: commentCountSchema }
      return (await graph.get(versioned(`/${mediaId}`), request)).comments_count ?? undefined
    },
  }
}

/** https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads */
function createUploadCalls({ createClient, config }: ApiParts) {
  const host = createClient('rupload.facebook.com')
  return {
    /** Sends the bytes from `offset` to the end. */
    async sendVideo(
      video: {
        container: MadeContainer
        offset: number
        fileBytes: number
        body: ReadableStream<Uint8Array>
        type: string
      },
      context: CallContext,
    ): Promise<boolean> {
      const { container, offset, fileBytes, body, type } = video
      const token = await context.accessToken()
      const request = {
        context,
        auth: 'none' as const,
        headers: {
          authorization: `OAuth ${token.reveal()}`,
          offset: String(offset),
          file_size: String(fileBytes),
        },
        stream: { body, sizeBytes: fileBytes - offset, type },
        timeoutMs: config.uploadTimeoutMs,
        answer: uploadedSchema,
      }
      const path = container.uploadPath ?? `/ig-api-upload/${config.version}/${container.id}`
      return (await host.mutate('POST', path, request)).success
    },
  }
}
