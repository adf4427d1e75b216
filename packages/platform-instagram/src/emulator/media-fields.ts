import type { InstagramCall } from './call.ts'
import { type Caller, findAccount } from './caller.ts'
import { listComments, toCommentFields } from './comment-fields.ts'
import { type AskedField, type NodeFields, selectFields } from './fields.ts'
import { readCounters } from './metrics.ts'
import type { Media } from './state.ts'
import { toGraphTime } from './time.ts'

const defaultListLength = 25

/** Fields of a published medium: https://developers.facebook.com/docs/instagram-platform/reference/instagram-media */
export function toMediaFields(call: InstagramCall, caller: Caller, media: Media): NodeFields {
  const { context, settings } = call
  const user = context.state.users.find(({ id }) => id === media.accountId)
  const counters = () => readCounters(call, media)
  const isReel = media.product === 'REELS'
  const caption =
    caller.login === 'facebook' && settings.mentionsReadBack === 'dropped'
      ? media.caption.replaceAll('@', '')
      : media.caption
  return {
    id: () => media.id,
    caption: () => (caption === '' ? undefined : caption),
    alt_text: () => media.altText ?? undefined,
    comments_count: () => counters().comments ?? 0,
    like_count: () => counters().likes ?? 0,
    is_comment_enabled: () => media.commentEnabled,
    is_shared_to_feed: () => (isReel ? media.shareToFeed : undefined),
    is_ai_generated: () => media.isAiGenerated,
    media_audio_type: () => (isReel ? 'ORIGINAL_SOUND' : undefined),
    media_product_type: () => media.product,
    media_type: () => media.kind,
    media_url: () => toMediaUrl(call, media.id),
    owner: () => ({ id: media.accountId }),
    permalink: () => toPermalink(call, media),
    shortcode: () => media.shortcode,
    thumbnail_url: () => (media.kind === 'VIDEO' ? toMediaUrl(call, media.id, 'thumbnail') : undefined),
    timestamp: () => toGraphTime(media.createdAt),
    username: () => user?.username,
    children: (asked) => readChildren(call, caller, media, asked),
    comments: (asked) => readComments(call, caller, media, asked),
    ...(caller.login === 'facebook' ? toFacebookFields(media, counters) : {}),
  }
}

function toFacebookFields(media: Media, counters: () => Readonly<Record<string, number>>): NodeFields {
  return {
    ig_id: () => media.id,
    legacy_instagram_media_id: () => media.id,
    reposts_count: () => counters().reposts ?? 0,
    saved_count: () => counters().saved ?? 0,
    shares_count: () => counters().shares ?? 0,
    total_like_count: () => counters().likes ?? 0,
    total_comments_count: () => counters().comments ?? 0,
    total_views_count: () => counters().views ?? 0,
    copyright_check_information: () => ({ status: { matches_found: false, status: 'completed' } }),
    boost_eligibility_info: () => ({ eligible_to_boost: media.product !== 'STORY' }),
    boost_ads_list: () => [],
  }
}

/** Addresses lead to pages of this emulator. */
export function toPermalink({ context }: Pick<InstagramCall, 'context'>, media: Media): string {
  const user = context.state.users.find(({ id }) => id === media.accountId)
  if (media.product === 'STORY') {
    return `${context.baseUrl}/instagram.com/stories/${user?.username ?? ''}/${media.id}`
  }
  return `${context.baseUrl}/www.instagram.com/${media.product === 'REELS' ? 'reel' : 'p'}/${media.shortcode}/`
}

export function toMediaUrl({ context }: Pick<InstagramCall, 'context'>, mediaId: string, what?: 'thumbnail'): string {
  return `${context.baseUrl}/scontent.cdninstagram.com/${what ? `${what}/` : ''}${mediaId}`
}

function readChildren(call: InstagramCall, caller: Caller, media: Media, { fields }: AskedField): unknown {
  const children = listChildMedia(call, media).map((child) =>
    selectFields(toMediaFields(call, caller, child), fields, 'IGMedia'),
  )
  return children.length === 0 ? undefined : { data: children }
}

/** Media of an album in their order. */
export function listChildMedia({ context }: InstagramCall, { childIds }: Media): readonly Media[] {
  return childIds.flatMap((id) => context.state.media.filter((media) => media.id === id))
}

function readComments(call: InstagramCall, caller: Caller, media: Media, asked: AskedField): unknown {
  const comments = listComments(call.context.state, media.id).slice(0, asked.limit ?? defaultListLength)
  const data = comments.map((comment) =>
    selectFields(toCommentFields(call, caller, comment), asked.fields, 'IGComment'),
  )
  return data.length === 0 ? undefined : { data }
}

/** A medium that the caller may see; undefined when it is gone or another's. */
export function findMedia(call: InstagramCall, caller: Caller, id: string): Media | undefined {
  const media = call.context.state.media.find((candidate) => candidate.id === id)
  return media && media.deletedAt === null && findAccount(call, caller, media.accountId) ? media : undefined
}
