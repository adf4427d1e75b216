import type { InstagramCall } from './call.ts'
import type { Caller } from './caller.ts'
import { GraphRefusal, wrongParameter } from './graph-error.ts'
import { mediaRefusal } from './media-errors.ts'
import { parseJsonText, readFlag, readList } from './parameters.ts'
import type { Container, ContainerKind, InstagramUser } from './state.ts'

/** What a call asks a container to be. */
export interface ContainerInput
  extends Pick<
    Container,
    | 'kind'
    | 'medium'
    | 'isCarouselItem'
    | 'caption'
    | 'altText'
    | 'childIds'
    | 'shareToFeed'
    | 'isAiGenerated'
    | 'thumbOffsetMs'
    | 'usesAudio'
  > {
  readonly mediaUrl: string | null
  readonly coverUrl: string | null
  readonly isResumable: boolean
}

const kinds: readonly ContainerKind[] = ['IMAGE', 'VIDEO', 'REELS', 'STORIES', 'CAROUSEL']
const onFacebookOnly = ['audio_configuration', 'branded_content_sponsor_ids', 'is_paid_partnership', 'product_tags']

/**
 * https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
 *
 * @throws {GraphRefusal} For what the platform says at once.
 */
export function readContainerInput(call: InstagramCall, caller: Caller, user: InstagramUser): ContainerInput {
  const { parameters } = call
  const kind = readKind(call)
  const isCarouselItem = readFlag(parameters, 'is_carousel_item') ?? false
  const imageUrl = parameters.get('image_url') || null
  const videoUrl = parameters.get('video_url') || null
  const isResumable = parameters.get('upload_type') === 'resumable'
  const medium = toMedium(kind, { imageUrl, videoUrl, isResumable })
  requireSource({ kind, medium, imageUrl, videoUrl, isResumable: isResumable && caller.login === 'facebook' })
  checkPlaces(call, caller, { kind, isCarouselItem })
  const caption = kind === 'STORIES' || isCarouselItem ? '' : (parameters.get('caption') ?? '')
  checkTexts(call, caption)
  checkTags(call, kind, medium)
  checkReel(call, kind, user)
  return {
    kind,
    medium,
    isCarouselItem,
    caption,
    altText: medium === 'image' && kind !== 'STORIES' ? (parameters.get('alt_text') ?? null) : null,
    childIds: kind === 'CAROUSEL' ? readList(parameters.get('children')) : [],
    shareToFeed: readFlag(parameters, 'share_to_feed') ?? true,
    isAiGenerated: readFlag(parameters, 'is_ai_generated') ?? false,
    thumbOffsetMs: readThumbOffset(call),
    usesAudio: readAudio(call),
    mediaUrl: medium === 'image' ? imageUrl : medium === 'video' ? videoUrl : null,
    coverUrl: kind === 'REELS' ? parameters.get('cover_url') || null : null,
    isResumable: medium === 'video' && isResumable && !videoUrl,
  }
}

function readKind({ parameters }: InstagramCall): ContainerKind {
  const text = parameters.get('media_type') || 'IMAGE'
  const kind = kinds.find((candidate) => candidate === text.toUpperCase())
  if (!kind) throw mediaRefusal(2207023)
  return kind
}

function toMedium(
  kind: ContainerKind,
  { imageUrl, videoUrl, isResumable }: { imageUrl: string | null; videoUrl: string | null; isResumable: boolean },
): Container['medium'] {
  if (kind === 'CAROUSEL') return 'album'
  if (kind === 'STORIES') return (videoUrl || isResumable) && !imageUrl ? 'video' : 'image'
  return kind === 'IMAGE' ? 'image' : 'video'
}

function requireSource(input: {
  readonly kind: ContainerKind
  readonly medium: Container['medium']
  readonly imageUrl: string | null
  readonly videoUrl: string | null
  readonly isResumable: boolean
}): void {
  const { medium, imageUrl, videoUrl, isResumable, kind } = input
  if (kind === 'STORIES' && imageUrl && videoUrl) throw wrongParameter('Only one of image_url and video_url is allowed')
  if (medium === 'image' && !imageUrl) throw wrongParameter('The parameter image_url is required')
  if (medium === 'video' && !videoUrl && !isResumable) throw wrongParameter('The parameter video_url is required')
  const url = medium === 'image' ? imageUrl : videoUrl
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the platform takes US-ASCII alone.
  if (url && !/^[\x00-\x7f]*$/.test(url)) throw wrongParameter('The URL must contain only US-ASCII characters')
}

function checkPlaces(
  call: InstagramCall,
  { login }: Caller,
  { kind, isCarouselItem }: { readonly kind: ContainerKind; readonly isCarouselItem: boolean },
): void {
  const { parameters, settings } = call
  const unsupported = login === 'instagram' ? onFacebookOnly.find((name) => parameters.has(name)) : undefined
  if (unsupported) throw wrongParameter(`The parameter ${unsupported} is not supported`)
  if (isCarouselItem && (kind === 'REELS' || kind === 'STORIES' || kind === 'CAROUSEL')) {
    throw wrongParameter(`A carousel item cannot be of media type ${kind}`)
  }
  if (isCarouselItem && parameters.has('collaborators')) throw wrongParameter('param collaborators is not allowed')
  if (isCarouselItem && readFlag(parameters, 'is_ai_generated') !== undefined) {
    throw wrongParameter('param is_ai_generated is not allowed for carousel items')
  }
  const location = parameters.get('location_id')
  if (kind === 'STORIES' && settings.locationOnStories === 'refused' && location) {
    throw wrongParameter('param location_id is not allowed')
  }
  if (location && !/^\d+$/.test(location)) {
    throw new GraphRefusal({ message: 'INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID', code: 100 })
  }
}

function checkTexts({ parameters }: InstagramCall, caption: string): void {
  const hashtags = caption.match(/#[\p{L}\p{N}_]+/gu)?.length ?? 0
  const mentions = caption.match(/(?<![\w.])@[\w.]+/g)?.length ?? 0
  if (caption.length > 2200 || hashtags > 30) throw mediaRefusal(2207010)
  if (mentions > 20) throw mediaRefusal(2207040)
  if ((parameters.get('alt_text') ?? '').length > 1000) {
    throw wrongParameter('(#100) Param alt_text must be at most 1000 characters')
  }
  if (readList(parameters.get('collaborators')).length > 3) {
    throw wrongParameter('(#100) Param collaborators must have at most 3 elements')
  }
  if (readList(parameters.get('branded_content_sponsor_ids')).length > 2) {
    throw wrongParameter('INSTAGRAM_PLATFORM_API__INVALID_PARAM')
  }
}

/** Positions are needed on pictures of the feed, optional on stories, and unknown to videos. */
function checkTags({ parameters }: InstagramCall, kind: ContainerKind, medium: Container['medium']): void {
  const text = parameters.get('user_tags')
  if (text === undefined) return
  const tags = parseJsonText(text)
  if (!Array.isArray(tags)) throw wrongParameter('(#100) Param user_tags must be an array')
  for (const tag of tags) {
    const { username, x, y } = Object(tag)
    if (typeof username !== 'string') throw wrongParameter('(#100) Param user_tags[username] is required')
    const isPlaced = isShare(x) && isShare(y)
    const hasPlace = x !== undefined || y !== undefined
    if (medium === 'image' && kind !== 'STORIES' && !isPlaced) {
      throw wrongParameter('(#100) Param user_tags[x] and [y] must be numbers from 0 to 1')
    }
    if (hasPlace && !isPlaced) throw wrongParameter('(#100) Param user_tags[x] and [y] must be numbers from 0 to 1')
  }
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function checkReel({ parameters, settings }: InstagramCall, kind: ContainerKind, { username }: InstagramUser): void {
  const trial = parameters.get('trial_params')
  if (trial === undefined) return
  if (kind !== 'REELS') throw wrongParameter('(#100) Param trial_params requires media_type REELS')
  const { graduation_strategy: strategy } = Object(parseJsonText(trial))
  if (strategy !== 'MANUAL' && strategy !== 'SS_PERFORMANCE') {
    throw wrongParameter('(#100) Param trial_params[graduation_strategy] must be one of {MANUAL, SS_PERFORMANCE}')
  }
  if (settings.withoutTrialReels.includes(username)) throw mediaRefusal(2207081)
}

function readThumbOffset({ parameters }: InstagramCall): number {
  const text = parameters.get('thumb_offset') || '0'
  const offset = Number(text)
  if (!Number.isFinite(offset)) throw wrongParameter('(#100) Param thumb_offset must be a number')
  if (offset < 0) throw mediaRefusal(2207057)
  return offset
}

function readAudio({ parameters }: InstagramCall): Container['usesAudio'] {
  const text = parameters.get('audio_configuration')
  if (text === undefined) return null
  const { audio_id: id, audio_volume: audioVolume = 100, video_volume: videoVolume = 100 } = Object(parseJsonText(text))
  const isVolume = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 100
  if (id === undefined || !isVolume(audioVolume) || !isVolume(videoVolume)) {
    throw wrongParameter('(#100) Param audio_configuration is invalid')
  }
  return { videoVolume }
}
