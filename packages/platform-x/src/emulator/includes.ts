import { listShownMedia, toMediaObject } from './media-object.ts'
import { toPollObject } from './poll-object.ts'
import { toPostObject } from './post-object.ts'
import type { XPost } from './state.ts'
import { toUserObject } from './user-object.ts'
import type { Viewing } from './viewing.ts'

/** The objects that expansions ask for; undefined when there are none. */
export function toIncludes(viewing: Viewing, posts: readonly XPost[]): Readonly<Record<string, unknown>> | undefined {
  const { expansions, dialect } = viewing.selection
  const referenced = listReferenced(viewing, posts)
  const polls = expansions.has('attachments.poll_ids') ? posts.flatMap((post) => toPollObject(viewing, post) ?? []) : []
  return keepFilled({
    users: listUsers(viewing, posts, referenced),
    [dialect === 'legacy' ? 'tweets' : 'posts']: referenced.map((post) => toPostObject(viewing, post)),
    media: listIncludedMedia(viewing, posts, referenced).map((one) => toMediaObject(viewing, one)),
    polls,
    places: expansions.has('geo.place_id') ? listPlaces(posts) : [],
  })
}

/** Without empty lists; undefined when nothing is left. */
export function keepFilled(
  lists: Readonly<Record<string, readonly unknown[]>>,
): Readonly<Record<string, unknown>> | undefined {
  const present = Object.entries(lists).filter(([, list]) => list.length > 0)
  return present.length > 0 ? Object.fromEntries(present) : undefined
}

/** Posts replied to and quoted, and other versions of edited ones. */
function listReferenced({ state, selection }: Viewing, posts: readonly XPost[]): readonly XPost[] {
  const { expansions } = selection
  const wantsReferences = expansions.has('referenced_tweets.id') || expansions.has('referenced_posts')
  const wantsVersions = expansions.has('edit_history_tweet_ids') || expansions.has('edit_history_post_ids')
  const ids = new Set<string | null>([
    ...(wantsReferences ? posts.flatMap(({ repliedToId, quotedId }) => [repliedToId, quotedId]) : []),
    ...(wantsVersions ? posts.flatMap(({ editHistory }) => editHistory) : []),
  ])
  return state.posts.filter(({ id, deletedAt }) => ids.has(id) && deletedAt === null)
}

function listUsers(viewing: Viewing, posts: readonly XPost[], referenced: readonly XPost[]) {
  const { state, selection } = viewing
  const authorOf = (postId: string | null) => state.posts.find(({ id }) => id === postId)?.authorId
  const mentioned = posts.flatMap(({ entities }) => (entities.mentions ?? []).map(({ id }) => String(id)))
  const asked: Readonly<Record<string, readonly (string | undefined)[]>> = {
    author_id: posts.map(({ authorId }) => authorId),
    'referenced_tweets.id.author_id': referenced.map(({ authorId }) => authorId),
    in_reply_to_user_id: posts.map(({ repliedToId }) => authorOf(repliedToId)),
    'entities.mentions.username': mentioned,
    'entities.note.mentions.username': mentioned,
  }
  const ids = new Set([...selection.expansions].flatMap((expansion) => asked[expansion] ?? []))
  return state.users.filter(({ id }) => ids.has(id)).map((user) => toUserObject(viewing, user))
}

function listIncludedMedia(viewing: Viewing, posts: readonly XPost[], referenced: readonly XPost[]) {
  const { expansions } = viewing.selection
  const shown = [
    ...(expansions.has('attachments.media_keys') ? posts : []),
    ...(expansions.has('referenced_tweets.id.attachments.media_keys') ? referenced : []),
  ]
  return [...new Set(shown.flatMap((post: XPost) => listShownMedia(viewing, post)))]
}

function listPlaces(posts: readonly XPost[]) {
  const ids = new Set(posts.flatMap(({ placeId }) => placeId ?? []))
  return [...ids].map((id) => ({ id, full_name: `Place ${id}` }))
}
