import type { PlatformLimits } from '@ofm-social/core'
import type { XLimitOptions } from './options.ts'

/** X's limits. Sizes are decimal: the stricter reading of "5 MB". */
export interface XLimits extends PlatformLimits {
  readonly assetsMax: number
  readonly altTextLengthMax: number
  readonly cashtagsMax: number
  readonly taggedUsersMax: number
  readonly poll: {
    readonly optionsMin: number
    readonly optionsMax: number
    readonly optionLengthMax: number
    readonly durationMinutesMin: number
    readonly durationMinutesMax: number
    readonly source: string
    readonly checkedOn: string
  }
  readonly subtitles: { readonly sizeBytesMax: number; readonly source: string; readonly checkedOn: string }
  /** Where the account pays X for Premium. */
  readonly paying: {
    readonly textLengthMax: number
    readonly videoDurationSecondsMax: number
    readonly source: string
    readonly checkedOn: string
  }
  readonly image: { readonly sizeBytesMax: number; readonly source: string; readonly checkedOn: string }
  readonly gif: {
    readonly sizeBytesMax: number
    readonly widthPixelsMax: number
    readonly heightPixelsMax: number
    readonly frameCountMax: number
    readonly pixelsMax: number
    readonly source: string
    readonly checkedOn: string
  }
  readonly video: {
    readonly sizeBytesMax: number
    readonly durationSecondsMin: number
    readonly durationSecondsMax: number
    readonly frameRateMax: number
    readonly sidePixelsMin: number
    /** Of the longer and of the shorter side. */
    readonly longSidePixelsMax: number
    readonly shortSidePixelsMax: number
    /** Of the longer side to the shorter. */
    readonly aspectRatioMax: number
    readonly audioChannelsMax: number
    readonly source: string
    readonly checkedOn: string
  }
}

const mediaSource = 'https://docs.x.com/x-api/media/quickstart/best-practices'
const createSource = 'https://docs.x.com/x-api/posts/create-post'
const checkedOn = '2026-09-30'
const DAY_MS = 86_400_000

/** The limits of an account without Premium, with what the host knows better. */
export function createXLimits(options: XLimitOptions): XLimits {
  return {
    textLengthMax: options.textLengthMax ?? 280,
    assetsMax: 4,
    cashtagsMax: 1,
    altTextLengthMax: 1_000,
    metricsBatchMax: 100,
    taggedUsersMax: 10,
    poll: {
      optionsMin: 2,
      optionsMax: 4,
      optionLengthMax: 25,
      durationMinutesMin: 5,
      durationMinutesMax: 10_080,
      source: createSource,
      checkedOn,
    },
    subtitles: { sizeBytesMax: 1_000_000, source: mediaSource, checkedOn },
    paying: { textLengthMax: 25_000, videoDurationSecondsMax: 7_500, source: mediaSource, checkedOn },
    repetition: {
      otherAccountsWithinMs: 30 * DAY_MS,
      sameAccountWithinMs: DAY_MS,
      source: 'https://help.x.com/en/rules-and-policies/x-automation',
      checkedOn,
    },
    source: 'https://docs.x.com/fundamentals/counting-characters',
    checkedOn,
    image: { sizeBytesMax: 5_000_000, source: mediaSource, checkedOn },
    gif: {
      sizeBytesMax: 15_000_000,
      widthPixelsMax: 1_280,
      heightPixelsMax: 1_080,
      frameCountMax: 350,
      pixelsMax: 300_000_000,
      source: mediaSource,
      checkedOn,
    },
    video: {
      sizeBytesMax: options.videoSizeBytesMax ?? 8_000_000_000,
      durationSecondsMin: 0.5,
      durationSecondsMax: options.videoDurationSecondsMax ?? 1_200,
      frameRateMax: 60,
      sidePixelsMin: 32,
      longSidePixelsMax: 1_920,
      shortSidePixelsMax: 1_200,
      aspectRatioMax: 3,
      audioChannelsMax: 2,
      source: mediaSource,
      checkedOn,
    },
  }
}
