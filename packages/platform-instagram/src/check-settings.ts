import type { PartRequest, PostProblem } from '@ofm-social/core'
import type { InstagramLimits } from './limits.ts'
import { type InstagramKind, listShownAssets, toInstagramKind } from './media-kind.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Part = PartRequest<InstagramFacebookSettings>

/** The settings that only some kinds of posts take. All others are for every kind. */
const kindsOfSettings: Readonly<Record<string, readonly InstagramKind[]>> = {
  locationId: ['image', 'reel', 'carousel'],
  collaborators: ['image', 'reel', 'carousel'],
  shareToFeed: ['reel'],
  coverAsset: ['reel'],
  thumbOffsetMs: ['reel', 'carousel'],
  audioName: ['reel'],
  trialReel: ['reel'],
  audio: ['reel'],
}

/** What Instagram refuses of a post's settings. */
export function checkSettings(part: Part, limits: InstagramLimits): readonly PostProblem[] {
  const { collaborators = [], sponsorIds = [] } = part.settings
  return [
    ...checkKinds(part),
    ...atMost('collaborators', limits.collaboratorsMax, collaborators.length),
    ...atMost('sponsorIds', limits.sponsorsMax, sponsorIds.length),
    ...checkTags(part),
    ...checkCover(part),
    ...checkThumbnail(part),
    ...checkSilence(part),
  ]
}

function checkKinds(part: Part): readonly PostProblem[] {
  const kind = toInstagramKind(part)
  return Object.entries(kindsOfSettings).flatMap(([name, kinds]) => {
    const isGiven = Object.entries(part.settings).some(([given, value]) => given === name && value !== undefined)
    if (!isGiven || kinds.includes(kind)) return []
    const message = `${name} is for ${kinds.join(', ')} only; this is a ${kind}.`
    return [{ code: 'not_supported', path: `settings/${name}`, fix: 'remove' as const, message }]
  })
}

function atMost(name: string, limit: number, actual: number): readonly PostProblem[] {
  return actual > limit ? [{ code: 'too_many', path: `settings/${name}`, limit, actual, fix: 'remove' }] : []
}

/** A tag in a picture has a place; one in a video has none. */
function checkTags(part: Part): readonly PostProblem[] {
  const isStory = toInstagramKind(part) === 'story'
  return (part.settings.userTags ?? []).flatMap((tag, index): readonly PostProblem[] => {
    const path = `settings/userTags/${index}`
    const asset = part.assets[tag.asset ?? 0]
    if (!asset || (tag.asset ?? 0) === part.settings.coverAsset) {
      return [{ code: 'media_missing', path: `${path}/asset`, actual: tag.asset ?? 0, limit: part.assets.length }]
    }
    const hasPlace = tag.x !== undefined || tag.y !== undefined
    const isPlaced = tag.x !== undefined && tag.y !== undefined
    if (isStory)
      return hasPlace && !isPlaced ? [{ code: 'missing', path: `${path}/${tag.x === undefined ? 'x' : 'y'}` }] : []
    if (asset.mediaInfo.kind === 'video') {
      const message = 'Instagram takes no place for a tag in a video.'
      return hasPlace ? [{ code: 'not_supported', path, fix: 'remove', message }] : []
    }
    const message = 'A tag in an image needs x and y.'
    return isPlaced ? [] : [{ code: 'missing', path: `${path}/${tag.x === undefined ? 'x' : 'y'}`, message }]
  })
}

function checkCover({ assets, settings: { coverAsset } }: Part): readonly PostProblem[] {
  if (coverAsset === undefined || assets[coverAsset] !== undefined) return []
  return [{ code: 'media_missing', path: 'settings/coverAsset', actual: coverAsset, limit: assets.length }]
}

function checkThumbnail(part: Part): readonly PostProblem[] {
  const { thumbOffsetMs } = part.settings
  if (thumbOffsetMs === undefined) return []
  const videos = listShownAssets(part).filter(({ mediaInfo }) => mediaInfo.kind === 'video')
  if (toInstagramKind(part) === 'carousel' && videos.length === 0) {
    const message = 'thumbOffsetMs is for videos; this carousel has none.'
    return [{ code: 'not_supported', path: 'settings/thumbOffsetMs', fix: 'remove', message }]
  }
  const durations = videos.flatMap(({ mediaInfo }) =>
    mediaInfo.kind === 'video' && mediaInfo.durationSeconds !== undefined ? [mediaInfo.durationSeconds * 1000] : [],
  )
  const limit = Math.min(...durations)
  if (thumbOffsetMs < limit) return []
  const message = 'The moment of the cover lies after the end of the video.'
  return [{ code: 'too_late', path: 'settings/thumbOffsetMs', limit, actual: thumbOffsetMs, message }]
}

/** Licensed sound over a video without sound of its own fails unless that is turned down. */
function checkSilence(part: Part): readonly PostProblem[] {
  const { audio } = part.settings
  const [video] = listShownAssets(part)
  if (!audio || audio.videoVolume === 0 || video?.mediaInfo.kind !== 'video' || video.mediaInfo.audio) return []
  const message = 'The video has no sound of its own; set videoVolume to 0.'
  return [{ code: 'audio_missing', path: 'settings/audio/videoVolume', limit: 0, fix: 'pick', allowed: ['0'], message }]
}
