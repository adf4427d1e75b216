import type { XUserCall } from './endpoint.ts'
import { type Telling, tell } from './events.ts'
import { toPostObject } from './post-object.ts'
import { findMentions } from './render-text.ts'
import { readSelection } from './selection.ts'
import type { XPost, XUser } from './state.ts'
import { toViewing } from './viewing.ts'

const fields = [
  'author_id,community_id,conversation_id,created_at,edit_controls,entities,in_reply_to_user_id,lang,note_tweet',
  'attachments,paid_partnership,possibly_sensitive,referenced_tweets,reply_settings',
].join(',')

/** Events of a new post: of its author, and of who was answered, quoted or named. */
export function tellPosted(call: XUserCall, post: XPost): void {
  const { state, user } = call
  const payload = toPayload(call, post)
  const authorOf = (postId: string | null) => findUser(call, state.posts.find(({ id }) => id === postId)?.authorId)
  const names = findMentions(post.text)
  const named = state.users.filter(({ username }) => names.includes(username.toLowerCase()))
  const concerned: readonly (readonly [string, XUser | undefined])[] = [
    ['post.reply.create', authorOf(post.repliedToId)],
    ['post.quote.create', authorOf(post.quotedId)],
    ...named.map((one) => ['post.mention.create', one] as const),
  ]
  tell(call, { eventType: 'post.create', user, payload })
  for (const [eventType, other] of concerned) {
    if (other && other.id !== user.id) tell(call, { eventType, user: other, payload })
  }
}

export function tellDeleted(call: Telling, user: XUser, { id, authorId }: XPost): void {
  tell(call, { eventType: 'post.delete', user, payload: { id, author_id: authorId } })
}

/** A repost, told to the author of the post. */
export function tellReposted(call: XUserCall, post: XPost): void {
  const author = findUser(call, post.authorId)
  if (author) tell(call, { eventType: 'post.repost.create', user: author, payload: toPayload(call, post) })
}

/** A like, told to the author and to who likes. */
export function tellLiked(call: XUserCall, post: XPost, likeId: string): void {
  const payload = {
    id: likeId,
    liked_tweet_id: post.id,
    liked_tweet_author_id: post.authorId,
    created_at: new Date(call.now).toISOString(),
  }
  const author = findUser(call, post.authorId)
  for (const user of new Set([call.user, author])) if (user) tell(call, { eventType: 'like.create', user, payload })
}

function findUser({ state }: XUserCall, wanted: string | undefined): XUser | undefined {
  return state.users.find(({ id }) => id === wanted)
}

/** The older vocabulary, and one member that reads have not. */
function toPayload(call: XUserCall, post: XPost): Readonly<Record<string, unknown>> {
  const read = readSelection(new URLSearchParams({ 'tweet.fields': fields }), call.settings)
  const object = 'refused' in read ? {} : toPostObject(toViewing(call, read.selection), post)
  return post.repliedToId === null ? object : { ...object, in_reply_to_tweet_id: post.repliedToId }
}
