import type { PartAsset, PartRequest } from '@ofm-social/core'
import { toInstagramKind } from './media-kind.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Part = PartRequest<InstagramFacebookSettings>
type Fields = Record<string, string>

/** Where Instagram gets a file from, and the reel's cover. */
export interface MediaSource {
  readonly url: string | 'resumable'
  readonly coverUrl?: string
}

/** The fields of a container for one file: a post, a reel, a story, or one item of a carousel. */
export function toItemFields(part: Part, asset: PartAsset, { url, coverUrl }: MediaSource): Fields {
  const kind = toInstagramKind(part)
  const isVideo = asset.mediaInfo.kind === 'video'
  const source: Fields =
    url === 'resumable' ? { upload_type: 'resumable' } : { [isVideo ? 'video_url' : 'image_url']: url }
  const tags = toUserTags(part, part.assets.indexOf(asset))
  const altText: Fields = !isVideo && kind !== 'story' && asset.altText !== undefined ? { alt_text: asset.altText } : {}
  const base = { ...source, ...tags, ...altText }
  if (kind === 'story') return { media_type: 'STORIES', ...base, ...toLabels(part) }
  if (kind === 'carousel') {
    const video: Fields = isVideo ? { media_type: 'VIDEO', ...toThumbnail(part) } : {}
    return { ...video, is_carousel_item: 'true', ...base }
  }
  if (kind === 'reel')
    return { media_type: 'REELS', ...base, ...toReel(part), ...toPost(part), ...(coverUrl && { cover_url: coverUrl }) }
  return { ...base, ...toPost(part) }
}

/** The fields of the container that holds a carousel together. */
export function toCarouselFields(part: Part, childIds: readonly string[]): Fields {
  return { media_type: 'CAROUSEL', children: childIds.join(','), ...toPost(part) }
}

/** What a post as a whole has. */
function toPost(part: Part): Fields {
  const { locationId, collaborators } = part.settings
  return {
    ...(part.text !== '' && { caption: part.text }),
    ...(locationId !== undefined && { location_id: locationId }),
    ...(collaborators?.length && { collaborators: JSON.stringify(collaborators) }),
    ...toLabels(part),
  }
}

function toLabels({ settings }: Part): Fields {
  const { madeWithAi, paidPartnership, sponsorIds } = settings
  return {
    ...(madeWithAi && { is_ai_generated: 'true' }),
    ...(paidPartnership && { is_paid_partnership: 'true' }),
    ...(sponsorIds?.length && { branded_content_sponsor_ids: JSON.stringify(sponsorIds) }),
  }
}

/** Zero and false mean something here. `share_to_feed` has no documented default, so it is always said. */
function toReel({ settings, ...part }: Part): Fields {
  const { shareToFeed, audioName, trialReel, audio } = settings
  return {
    share_to_feed: String(shareToFeed ?? true),
    ...toThumbnail({ settings, ...part }),
    ...(audioName !== undefined && { audio_name: audioName }),
    ...(trialReel !== undefined && { trial_params: JSON.stringify({ graduation_strategy: trialReel }) }),
    ...(audio && {
      audio_configuration: JSON.stringify({
        audio_id: audio.audioId,
        audio_volume: audio.audioVolume,
        video_volume: audio.videoVolume,
      }),
    }),
  }
}

function toThumbnail({ settings: { thumbOffsetMs } }: Part): Fields {
  return thumbOffsetMs === undefined ? {} : { thumb_offset: String(thumbOffsetMs) }
}

function toUserTags({ settings: { userTags = [] } }: Part, index: number): Fields {
  const own = userTags.filter(({ asset = 0 }) => asset === index).map(({ username, x, y }) => ({ username, x, y }))
  return own.length === 0 ? {} : { user_tags: JSON.stringify(own) }
}
