import { probe } from '@ofm-social/core/probe'
import type { Container } from './state.ts'
import type { InstagramSettings } from './switches.ts'

type ContainerKind = Container['kind']
type MediaFacts = Awaited<ReturnType<typeof probe>>
type VideoFacts = Extract<MediaFacts, { readonly kind: 'video' }>

const megabyte = 1_000_000
export const imageSizeBytesMax = 8 * 1024 * 1024
/** Pixels are whole: 0.8 is hit within this. */
const ratioTolerance = 0.005

interface VideoLimits {
  readonly sizeBytesMax: number
  readonly secondsMin: number
  readonly secondsMax: number
  readonly ratioMin: number
  readonly ratioMax: number
}

/** https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media */
const reels: VideoLimits = {
  sizeBytesMax: 300 * megabyte,
  secondsMin: 3,
  secondsMax: 900,
  ratioMin: 0.01,
  ratioMax: 10,
}
const stories: VideoLimits = { ...reels, sizeBytesMax: 100 * megabyte, secondsMax: 60, ratioMin: 0.1 }
/** Of older pages; today's name none. */
const carouselItems: VideoLimits = { ...stories, ratioMin: 0.8, ratioMax: 16 / 9 }

/** What a video of this kind may be. */
export function toVideoLimits(kind: ContainerKind, settings: InstagramSettings): VideoLimits {
  if (kind === 'STORIES') return stories
  return kind === 'VIDEO' && settings.carouselVideos === 'older_pages' ? carouselItems : reels
}

/** What the bytes are; never an error for what they hold. */
export function readFacts(bytes: Uint8Array): Promise<MediaFacts> {
  return probe({ sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) })
}

/** Subcode of the refusal; undefined when the picture is taken. */
export function findImageProblem(facts: MediaFacts, kind: ContainerKind, settings: InstagramSettings) {
  if (facts.kind !== 'image') {
    const isOtherMedium = facts.kind !== 'unknown' || facts.reason.code === 'unsupported_format'
    return isOtherMedium ? 2207005 : 2207052
  }
  if (facts.sizeBytes > imageSizeBytesMax) return 2207004
  const formats = settings.imageFormats === 'strict' ? ['jpeg'] : ['jpeg', 'png']
  if (!formats.includes(facts.format)) return 2207005
  const ratio = facts.widthPixels / facts.heightPixels
  const ratioMin = settings.tallImages === 'accepted' ? 0.75 : 0.8
  const isOutside = ratio < ratioMin - ratioTolerance || ratio > 1.91 + ratioTolerance
  return kind !== 'STORIES' && isOutside ? 2207009 : undefined
}

/** Subcode with which processing ends; undefined when the video is taken. */
export function findVideoProblem(facts: MediaFacts, container: Container, settings: InstagramSettings) {
  if (facts.kind !== 'video') return facts.kind === 'unknown' && facts.reason.code !== 'damaged' ? 2207052 : 2207053
  const { sizeBytesMax, secondsMin, secondsMax, ratioMin, ratioMax } = toVideoLimits(container.kind, settings)
  const isFormat = ['mp4', 'mov'].includes(facts.container) && ['h264', 'hevc'].includes(facts.videoCodec)
  const isSound = facts.audio === undefined || facts.audio.codec === 'aac'
  if (!isFormat || !isSound) return 2207026
  const seconds = facts.durationSeconds ?? 0
  const ratio = facts.widthPixels / facts.heightPixels
  const isInside =
    facts.sizeBytes <= sizeBytesMax &&
    seconds >= secondsMin &&
    Math.floor(seconds) <= secondsMax &&
    ratio >= ratioMin - ratioTolerance &&
    ratio <= ratioMax + ratioTolerance
  if (!isInside || (settings.videoChecks === 'strict' && isUnusual(facts))) return 2207026
  if (container.thumbOffsetMs > 0 && container.thumbOffsetMs >= seconds * 1000) return 2207057
  const isSilent = facts.audio === undefined
  return isSilent && container.usesAudio && container.usesAudio.videoVolume > 0 ? 2207082 : undefined
}

/** What the page of specifications asks for beside format, size, shape and length. */
function isUnusual({ layout, frameRate, widthPixels, bitsPerSecond, audio, chromaSubsampling }: VideoFacts): boolean {
  return (
    layout?.fastStart === false ||
    layout?.fragmented === true ||
    layout?.editList === true ||
    (frameRate !== undefined && (frameRate < 22.9 || frameRate > 60)) ||
    widthPixels > 1920 ||
    (bitsPerSecond ?? 0) > 25_000_000 ||
    (audio !== undefined && (audio.sampleRateHz > 48_000 || audio.channels > 2)) ||
    (chromaSubsampling !== undefined && chromaSubsampling !== '4:2:0')
  )
}
