import type { PlatformLimits } from '@ofm-social/core'

interface VideoLimits {
  readonly sizeBytesMax: number
  readonly durationSecondsMin: number
  readonly durationSecondsMax: number
  readonly aspectRatioMin: number
  readonly aspectRatioMax: number
}

/** Instagram's limits. Sizes are decimal: the stricter reading of "8 MB". How much may be posted a day is asked at run time. */
export interface InstagramLimits extends PlatformLimits {
  readonly assetsMax: number
  readonly hashtagsMax: number
  readonly mentionsMax: number
  readonly altTextLengthMax: number
  readonly collaboratorsMax: number
  readonly sponsorsMax: number
  readonly comment: {
    readonly textLengthMax: number
    readonly hashtagsMax: number
    readonly urlsMax: number
    readonly source: string
    readonly checkedOn: string
  }
  readonly image: {
    readonly sizeBytesMax: number
    /** Width to height, in the feed. */
    readonly aspectRatioMin: number
    readonly aspectRatioMax: number
    readonly source: string
    readonly checkedOn: string
  }
  readonly video: {
    /** Bits of a colour: HDR videos have 10, which the documented 4:2:0 of Instagram does not name. */
    readonly bitDepthMax: number
    readonly frameRateMin: number
    readonly frameRateMax: number
    readonly widthPixelsMax: number
    readonly bitsPerSecondMax: number
    readonly audioChannelsMax: number
    readonly audioSampleRateHzMax: number
    readonly reel: VideoLimits
    readonly story: VideoLimits
    /** Documented by older pages only. */
    readonly carousel: VideoLimits
    readonly source: string
    readonly checkedOn: string
  }
}

const mediaSource =
  'https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/media'
const checkedOn = '2026-09-11'

/** The limits that hold for every account. */
export const INSTAGRAM_LIMITS: InstagramLimits = {
  textLengthMax: 2_200,
  assetsMax: 10,
  hashtagsMax: 30,
  mentionsMax: 20,
  altTextLengthMax: 1_000,
  collaboratorsMax: 3,
  sponsorsMax: 2,
  source: mediaSource,
  checkedOn,
  comment: {
    textLengthMax: 300,
    hashtagsMax: 4,
    urlsMax: 1,
    source:
      'https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-media/comments',
    checkedOn,
  },
  image: { sizeBytesMax: 8_000_000, aspectRatioMin: 0.8, aspectRatioMax: 1.91, source: mediaSource, checkedOn },
  video: {
    bitDepthMax: 8,
    frameRateMin: 23,
    frameRateMax: 60,
    widthPixelsMax: 1_920,
    bitsPerSecondMax: 25_000_000,
    audioChannelsMax: 2,
    audioSampleRateHzMax: 48_000,
    reel: {
      sizeBytesMax: 300_000_000,
      durationSecondsMin: 3,
      durationSecondsMax: 900,
      aspectRatioMin: 0.01,
      aspectRatioMax: 10,
    },
    story: {
      sizeBytesMax: 100_000_000,
      durationSecondsMin: 3,
      durationSecondsMax: 60,
      aspectRatioMin: 0.1,
      aspectRatioMax: 10,
    },
    carousel: {
      sizeBytesMax: 100_000_000,
      durationSecondsMin: 3,
      durationSecondsMax: 60,
      aspectRatioMin: 0.8,
      aspectRatioMax: 1.78,
    },
    source: mediaSource,
    checkedOn,
  },
}
