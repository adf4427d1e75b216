import type { PostBody } from './post-body.ts'
import type { XPost, XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** True when the account said the same a short time ago. Without text there is nothing to compare, unless media are. */
export function isDuplicate(
  state: XState,
  settings: XSettings,
  { authorId, body, now }: { readonly authorId: string; readonly body: PostBody; readonly now: number },
): boolean {
  const comparesMedia = settings.duplicateComparesMedia
  const text = normalise(body.text)
  if (text === '' && !comparesMedia) return false
  const edited = state.posts.find(({ id }) => id === body.editedId)?.editHistory ?? []
  const media = listHashes(state, body.mediaIds)
  return state.posts.some(
    (post) =>
      post.authorId === authorId &&
      !edited.includes(post.id) &&
      post.createdAt > now - settings.duplicateWindowMs &&
      (settings.duplicateSurvivesDelete || post.deletedAt === null) &&
      normalise(post.text) === text &&
      (!comparesMedia || listHashes(state, post.mediaIds) === media),
  )
}

function normalise(text: XPost['text']): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

function listHashes(state: XState, ids: readonly string[]): string {
  return ids.map((id) => state.media.find((media) => media.id === id)?.stored?.sha256).join(' ')
}
