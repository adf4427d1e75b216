import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XUserCall } from './endpoint.ts'
import { readSubscription } from './media-categories.ts'
import type { PostBody } from './post-body.ts'
import { answerForbidden, toMissing } from './problems.ts'
import type { XPost, XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** Why a post cannot be edited; undefined when it can, or when nothing is edited: https://docs.x.com/x-api/fundamentals/edit-posts */
export function refuseEdit(call: XUserCall, { editedId }: PostBody): EmulatorAnswer | undefined {
  if (editedId === null) return undefined
  const { state, settings, user, now } = call
  const post = state.posts.find(({ id, deletedAt }) => id === editedId && deletedAt === null)
  if (!post) {
    const missing = toMissing(settings, { resource: 'tweet', parameter: 'id', value: editedId })
    return { status: 404, json: { ...missing, status: 404 } }
  }
  const isPaid = readSubscription(settings, user.username) !== 'None'
  const isOpen = now < toEditableUntil(state, settings, post) && post.editHistory.length <= settings.editsMax
  if (post.authorId === user.id && post.editedAt === null && isPaid && isOpen && isEditable(state, post)) {
    return undefined
  }
  return answerForbidden('You are not permitted to perform this action.')
}

/** Not editable, whoever asks: polls, replies to others, posts in communities, promoted ones. */
export function isEditable({ posts }: XState, post: XPost): boolean {
  const parent = posts.find(({ id }) => id === post.repliedToId)
  const isToOther = post.repliedToId !== null && parent?.authorId !== post.authorId
  return post.poll === null && post.communityId === null && !post.flags.nullcast && !isToOther
}

/** Counted from the first version. */
export function toEditableUntil({ posts }: XState, settings: XSettings, post: XPost): number {
  const first = posts.find(({ id }) => id === post.editHistory[0]) ?? post
  return first.createdAt + settings.editWindowMs
}
