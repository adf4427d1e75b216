import { isEditable, toEditableUntil } from './edit-rules.ts'
import { isMarked, listMedia, listShownMedia } from './media-object.ts'
import { toMetricGroups } from './post-metrics.ts'
import type { XMedia, XPost } from './state.ts'
import { pick, type Viewing } from './viewing.ts'

type Members = Readonly<Record<string, unknown>>

/** A post as a read shows it: the default fields, and what was asked for. Empty values are left out. */
export function toPostObject(viewing: Viewing, post: XPost): Members {
  const { dialect, post: fields, expansions } = viewing.selection
  const isLegacy = dialect === 'legacy'
  const references = toReferences(post)
  const expanded = isLegacy
    ? []
    : [...expansions].filter((name) => name === 'author_id' || name === 'in_reply_to_user_id')
  return {
    id: post.id,
    text: post.preview ?? post.rendered,
    [isLegacy ? 'edit_history_tweet_ids' : 'edit_history_post_ids']: post.editHistory,
    ...(expansions.has('referenced_posts') && references ? { referenced_posts: references } : {}),
    ...pick(toFields(viewing, post), [...fields, ...expanded]),
    ...toMetricGroups(viewing, post),
  }
}

function toFields(viewing: Viewing, post: XPost): Members {
  const { state, settings, selection } = viewing
  const media = listMedia(state, post.mediaIds)
  const shown = listShownMedia(viewing, post)
  const note = post.preview === null ? undefined : { text: post.rendered, entities: post.entities }
  return {
    attachments: toAttachments(shown, post),
    author_id: post.authorId,
    card_uri: post.cardUri ?? undefined,
    community_id: post.communityId ?? undefined,
    conversation_id: post.conversationId,
    created_at: new Date(post.createdAt).toISOString(),
    edit_controls: {
      edits_remaining: Math.max(0, settings.editsMax + 1 - post.editHistory.length),
      is_edit_eligible: isEditable(state, post),
      editable_until: new Date(toEditableUntil(state, settings, post)).toISOString(),
    },
    entities: toEntities(post),
    geo: post.placeId === null ? undefined : { place_id: post.placeId },
    in_reply_to_user_id: state.posts.find(({ id }) => id === post.repliedToId)?.authorId,
    lang: 'en',
    media_metadata: toMediaMetadata(shown),
    [selection.dialect === 'legacy' ? 'note_tweet' : 'note_post']: note,
    paid_partnership: post.flags.paidPartnership,
    possibly_sensitive: settings.sensitiveReadsBack && media.some(isMarked),
    referenced_tweets: toReferences(post),
    reply_settings: post.replySettings,
  }
}

function toAttachments(media: readonly XMedia[], { poll }: XPost): Members | undefined {
  if (poll) return { poll_ids: [poll.id] }
  return media.length > 0 ? { media_keys: media.map(({ mediaKey }) => mediaKey) } : undefined
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
