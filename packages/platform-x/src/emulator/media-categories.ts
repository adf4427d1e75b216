import type { XMediaKind } from './state.ts'
import type { XSettings } from './switches.ts'

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte

interface Category {
  readonly kind: XMediaKind
  readonly isOfPosts: boolean
  readonly sizeBytesMax: number
  readonly premiumSizeBytesMax: number
  readonly durationMsMax: number
  readonly premiumDurationMsMax: number
}

const image = { kind: 'photo', sizeBytesMax: 5 * mebibyte, premiumSizeBytesMax: 5 * mebibyte, ...noDuration() } as const
const gif = {
  kind: 'animated_gif',
  sizeBytesMax: 15 * mebibyte,
  premiumSizeBytesMax: 15 * mebibyte,
  ...noDuration(),
} as const
const video = {
  kind: 'video',
  sizeBytesMax: 8 * gibibyte,
  premiumSizeBytesMax: 16 * gibibyte,
  durationMsMax: 20 * 60_000,
  premiumDurationMsMax: 125 * 60_000,
} as const

/** As of 2026-09: https://docs.x.com/x-api/media/quickstart/best-practices. Limits follow the account, not the plan of the app. */
const categories: Readonly<Record<string, Category>> = {
  tweet_image: { ...image, isOfPosts: true },
  dm_image: { ...image, isOfPosts: false },
  tweet_gif: { ...gif, isOfPosts: true },
  dm_gif: { ...gif, isOfPosts: false },
  tweet_video: { ...video, isOfPosts: true },
  amplify_video: { ...video, isOfPosts: true },
  subtitles: {
    kind: 'subtitles',
    isOfPosts: false,
    sizeBytesMax: mebibyte,
    premiumSizeBytesMax: mebibyte,
    ...noDuration(),
  },
  dm_video: {
    kind: 'video',
    isOfPosts: false,
    sizeBytesMax: 512 * mebibyte,
    premiumSizeBytesMax: gibibyte,
    durationMsMax: 140_000,
    premiumDurationMsMax: 600_000,
  },
}

export const categoryNames = Object.keys(categories)

export const mediaTypes = [
  ...['video/mp4', 'video/webm', 'video/mp2t', 'video/quicktime', 'text/srt', 'text/vtt', 'image/jpeg', 'image/gif'],
  ...['image/bmp', 'image/png', 'image/webp', 'image/pjpeg', 'image/tiff', 'model/gltf-binary', 'model/vnd.usdz+zip'],
]

export function findCategory(name: string): Category | undefined {
  return categories[name]
}

/** The category that X takes when none is named. */
export function deriveCategory(type: string): string {
  if (type === 'image/gif') return 'tweet_gif'
  if (type.startsWith('text/')) return 'subtitles'
  return type.startsWith('image/') ? 'tweet_image' : 'tweet_video'
}

/** Stills may be any image; a GIF has to be one. */
export function fitsCategory(kind: XMediaKind, type: string): boolean {
  if (kind === 'animated_gif') return type === 'image/gif'
  if (kind === 'subtitles') return type.startsWith('text/')
  return type.startsWith(kind === 'photo' ? 'image/' : 'video/')
}

/** `None`, `Basic`, `Premium`, `PremiumPlus`. */
export function readSubscription({ subscriptions }: XSettings, username: string): string {
  return subscriptions[username] ?? 'None'
}

/** Bytes and milliseconds that an account may upload or post: of the switch where it names them, else of the table. */
export function readMediaLimits(name: string, settings: XSettings, username: string) {
  const limits = { ...categories[name], ...settings.mediaLimits[name] }
  const [sizeBytesMax, durationMsMax] =
    readSubscription(settings, username) === 'None'
      ? [limits.sizeBytesMax, limits.durationMsMax]
      : [limits.premiumSizeBytesMax, limits.premiumDurationMsMax]
  return { sizeBytesMax: sizeBytesMax ?? 0, durationMsMax: durationMsMax ?? 0 }
}

/** What no account may exceed. */
export function readDurationMsMax(name: string, { mediaLimits }: XSettings): number {
  return mediaLimits[name]?.premiumDurationMsMax ?? categories[name]?.premiumDurationMsMax ?? 0
}

function noDuration() {
  return { durationMsMax: Number.MAX_SAFE_INTEGER, premiumDurationMsMax: Number.MAX_SAFE_INTEGER }
}
