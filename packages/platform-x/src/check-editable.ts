import { type CallContext, PlatformError } from '@ofm-social/core'
import type { XApi, XEditablePost } from './api.ts'

/** An edit that begins later may not end in time. */
const editTakesMs = 60_000

/**
 * Refuses the edit of a post that X lets nobody edit any more, with X's own reason. Answers until when it can be sent, epoch milliseconds; undefined
 * where X does not say.
 *
 * @see https://docs.x.com/x-api/fundamentals/edit-posts
 */
export async function checkEditable(api: XApi, postId: string, context: CallContext): Promise<number | undefined> {
  const post = await api.readEditable(postId, context)
  const problem = findProblem(postId, post, context)
  if (problem !== undefined) throw new PlatformError({ code: 'invalid_post', message: problem })
  return toEnd(post)
}

function findProblem(postId: string, post: XEditablePost | undefined, context: CallContext): string | undefined {
  if (!post) return `X has no post ${postId} to edit that this account can see.`
  const owner = context.account?.externalId
  if (owner !== undefined && post.author_id != null && post.author_id !== owner)
    return `Post ${postId} is of another account; X lets accounts edit their own.`
  const controls = post.edit_controls
  if (controls?.is_edit_eligible === false) return `X says that post ${postId} cannot be edited.`
  if (controls?.edits_remaining != null && controls.edits_remaining <= 0)
    return `Post ${postId} has no edit left; X allows five.`
  const end = toEnd(post)
  if (end === undefined || end - context.now > editTakesMs) return undefined
  const until = `X lets post ${postId} be edited until ${new Date(end).toISOString()}`
  return end <= context.now ? `${until}, which is over.` : `${until}, in less than a minute: too late to begin.`
}

function toEnd(post: XEditablePost | undefined): number | undefined {
  const end = Date.parse(post?.edit_controls?.editable_until ?? '')
  return Number.isNaN(end) ? undefined : end
}
