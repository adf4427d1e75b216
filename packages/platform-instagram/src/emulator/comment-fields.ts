import type { InstagramCall } from './call.ts'
import { type Caller, findAccount } from './caller.ts'
import { type NodeFields, selectFields } from './fields.ts'
import type { InstagramComment, InstagramState } from './state.ts'
import { toGraphTime } from './time.ts'

/** Fields of a comment: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-comment */
export function toCommentFields(call: InstagramCall, caller: Caller, comment: InstagramComment): NodeFields {
  const { state } = call.context
  const user = state.users.find(({ id }) => id === comment.accountId)
  const isOwn = findAccount(call, caller, comment.accountId) !== undefined
  const isNamed = call.settings.commentAuthors === 'present'
  return {
    id: () => comment.id,
    text: () => comment.text,
    timestamp: () => toGraphTime(comment.createdAt),
    username: () => (isNamed ? user?.username : undefined),
    from: () => (isNamed && user ? { id: user.id, username: user.username } : undefined),
    hidden: () => comment.hidden,
    like_count: () => 0,
    media: () => ({ id: comment.mediaId }),
    parent_id: () => comment.parentId ?? undefined,
    user: () => (isOwn ? { id: comment.accountId } : undefined),
    legacy_instagram_comment_id: () => comment.id,
    replies({ fields }) {
      const replies = listReplies(state, comment.id)
      const data = replies.map((reply) => selectFields(toCommentFields(call, caller, reply), fields, 'IGComment'))
      return data.length === 0 ? undefined : { data }
    },
  }
}

/** Top level, newest first. */
export function listComments(state: InstagramState, mediaId: string): readonly InstagramComment[] {
  return state.comments
    .filter((comment) => comment.mediaId === mediaId && comment.parentId === null && comment.deletedAt === null)
    .reverse()
}

/** Oldest first. */
export function listReplies(state: InstagramState, parentId: string): readonly InstagramComment[] {
  return state.comments.filter((comment) => comment.parentId === parentId && comment.deletedAt === null)
}
