import type { Selection } from './selection.ts'
import type { XMedia, XPost, XState } from './state.ts'
import type { XSettings } from './switches.ts'

type Members = Readonly<Record<string, unknown>>

const editWindowMs = 3_600_000
const editsRemaining = 5

/** A post as a read shows it: the default fields, and what was asked for. Empty values are left out. */
export function toPostObject(
  state: XState,
  settings: XSettings,
  { dialect, post: fields, expansions }: Selection,
  post: XPost,
): Members {
  const isLegacy = dialect === 'legacy'
  const references = toReferences(post)
  const parent = state.posts.find(({ id }) => id === post.repliedToId)
  const media = listMedia(state, post.mediaIds)
  const note = post.preview === null ? undefined : { text: post.rendered, entities: post.entities }
  const all: Members = {
    attachments: media.length > 0 ? { media_keys: media.map(({ mediaKey }) => mediaKey) } : undefined,
    author_id: post.authorId,
    conversation_id: post.conversationId,
    created_at: new Date(post.createdAt).toISOString(),
    edit_controls: {
      edits_remaining: editsRemaining,
      is_edit_eligible: parent === undefined || parent.authorId === post.authorId,
      editable_until: new Date(post.createdAt + editWindowMs).toISOString(),
    },
    entities: toEntities(post),
    in_reply_to_user_id: parent?.authorId,
    lang: 'en',
    media_metadata: toMediaMetadata(media),
    [isLegacy ? 'note_tweet' : 'note_post']: note,
    paid_partnership: post.flags.paidPartnership,
    possibly_sensitive: settings.sensitiveReadsBack && media.some(isMarked),
    referenced_tweets: references,
    reply_settings: post.replySettings,
  }
  const expanded = isLegacy
    ? []
    : [...expansions].filter((name) => name === 'author_id' || name === 'in_reply_to_user_id')
  const selected = [...fields, ...expanded].flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))
  return {
    id: post.id,
    text: post.preview ?? post.rendered,
    [isLegacy ? 'edit_history_tweet_ids' : 'edit_history_post_ids']: [post.id],
    ...(expansions.has('referenced_posts') && references ? { referenced_posts: references } : {}),
    ...Object.fromEntries(selected),
  }
}

/** The media of a post, in its order. */
export function listMedia({ media }: XState, ids: readonly string[]): readonly XMedia[] {
  return ids.flatMap((id) => media.find((candidate) => candidate.id === id) ?? [])
}

/** True when the uploader warned of it. */
export function isMarked({ sensitive }: XMedia): boolean {
  return Object.values(sensitive).some((value) => value)
}

export function toMediaObject({ media: fields }: Selection, media: XMedia, baseUrl: string): Members {
  const { stored, mediaKey, kind, altText } = media
  const url = `${baseUrl}/media/${mediaKey}`
  const all: Members = {
    alt_text: altText ?? undefined,
    duration_ms: kind === 'video' ? stored?.durationMs : undefined,
    height: stored?.heightPixels,
    width: stored?.widthPixels,
    url: kind === 'photo' ? url : undefined,
    preview_image_url: kind === 'photo' ? undefined : url,
    variants: kind === 'photo' ? undefined : [{ content_type: stored?.type, url }],
  }
  const selected = [...fields].flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))
  return { media_key: mediaKey, type: kind, ...Object.fromEntries(selected) }
}

function toReferences({ repliedToId, quotedId }: XPost): readonly Members[] | undefined {
  const references = [
    ...(repliedToId === null ? [] : [{ type: 'replied_to', id: repliedToId }]),
    ...(quotedId === null ? [] : [{ type: 'quoted', id: quotedId }]),
  ]
  return references.length > 0 ? references : undefined
}

/** Of a cut text only what lies in it; the whole is in the note. */
function toEntities({ entities, preview }: XPost): Members | undefined {
  const length = preview === null ? Number.POSITIVE_INFINITY : [...preview].length - 1
  const kept = Object.entries(entities).flatMap(([name, list]: [string, readonly Members[]]) => {
    const inside = list.filter(({ end }) => Number(end) <= length)
    return inside.length > 0 ? [[name, inside]] : []
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function toMediaMetadata(media: readonly XMedia[]): readonly Members[] | undefined {
  const described = media.filter(({ altText }) => altText !== null)
  return described.length > 0
    ? described.map(({ mediaKey, altText }) => ({ media_key: mediaKey, alt_text: altText }))
    : undefined
}
