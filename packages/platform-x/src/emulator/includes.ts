import { listMedia, toMediaObject, toPostObject } from './post-object.ts'
import type { Selection } from './selection.ts'
import type { XPost, XState } from './state.ts'
import type { XSettings } from './switches.ts'
import { toUserObject } from './user-object.ts'

export interface Viewing {
  readonly state: XState
  readonly settings: XSettings
  readonly selection: Selection
  readonly viewerId: string | null
  readonly baseUrl: string
}

/** The objects that expansions ask for; undefined when there are none. */
export function toIncludes(viewing: Viewing, posts: readonly XPost[]): Readonly<Record<string, unknown>> | undefined {
  const { state, settings, selection, baseUrl } = viewing
  const { expansions, dialect } = selection
  const wantsPosts = expansions.has('referenced_tweets.id') || expansions.has('referenced_posts')
  const referenced = wantsPosts ? listReferenced(state, posts) : []
  const included = {
    users: listUsers(viewing, posts, referenced),
    [dialect === 'legacy' ? 'tweets' : 'posts']: referenced.map((post) =>
      toPostObject(state, settings, selection, post),
    ),
    media: listIncludedMedia(state, selection, posts, referenced).map((one) => toMediaObject(selection, one, baseUrl)),
  }
  const present = Object.entries(included).filter(([, list]) => list.length > 0)
  return present.length > 0 ? Object.fromEntries(present) : undefined
}

function listReferenced({ posts: all }: XState, posts: readonly XPost[]): readonly XPost[] {
  const ids = new Set(posts.flatMap(({ repliedToId, quotedId }) => [repliedToId, quotedId]))
  return all.filter(({ id, deletedAt }) => ids.has(id) && deletedAt === null)
}

function listUsers(viewing: Viewing, posts: readonly XPost[], referenced: readonly XPost[]) {
  const { state, settings, selection, viewerId } = viewing
  const { expansions } = selection
  const authorOf = (postId: string | null) => state.posts.find(({ id }) => id === postId)?.authorId
  const asked: Readonly<Record<string, readonly (string | undefined)[]>> = {
    author_id: posts.map(({ authorId }) => authorId),
    'referenced_tweets.id.author_id': referenced.map(({ authorId }) => authorId),
    in_reply_to_user_id: posts.map(({ repliedToId }) => authorOf(repliedToId)),
    'entities.mentions.username': posts.flatMap(({ entities }) =>
      (entities.mentions ?? []).map(({ id }) => String(id)),
    ),
  }
  const ids = new Set([...expansions].flatMap((expansion) => asked[expansion] ?? []))
  return state.users
    .filter(({ id }) => ids.has(id))
    .map((user) => toUserObject(state, settings, selection, { user, viewerId }))
}

function listIncludedMedia(
  state: XState,
  { expansions }: Selection,
  posts: readonly XPost[],
  referenced: readonly XPost[],
) {
  const shown = [
    ...(expansions.has('attachments.media_keys') ? posts : []),
    ...(expansions.has('referenced_tweets.id.attachments.media_keys') ? referenced : []),
  ]
  return [...new Set(shown.flatMap(({ mediaIds }) => listMedia(state, mediaIds)))]
}
