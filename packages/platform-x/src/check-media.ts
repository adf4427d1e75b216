import type { MediaInfo, PartAsset, PostProblem } from '@ofm-social/core'
import type { XLimits } from './limits.ts'
import { toMediaCategory } from './media-category.ts'

type ImageInfo = Extract<MediaInfo, { kind: 'image' }>
type VideoInfo = Extract<MediaInfo, { kind: 'video' }>

/** Encoders round: 1280:1281 is meant as square. */
const pixelAspectTolerance = 0.02

/** Finds every reason why X would refuse a file. https://docs.x.com/x-api/media/quickstart/best-practices */
export function checkMedia(asset: PartAsset, path: string, limits: XLimits): readonly PostProblem[] {
  const { mediaInfo } = asset
  const problems = [...checkAltText(asset, path, limits)]
  if (mediaInfo.kind === 'unknown') {
    problems.push({ code: 'media_unreadable', path, fix: 'replace', message: mediaInfo.reason.message })
  } else if (mediaInfo.kind === 'audio') {
    problems.push({ code: 'type_unsupported', path, actual: mediaInfo.type, fix: 'replace' })
  } else if (mediaInfo.kind === 'video') {
    problems.push(...checkVideo(asset.sizeBytes, mediaInfo, { path, limits }))
  } else if (toMediaCategory(mediaInfo) === 'tweet_gif') {
    problems.push(...checkGif(asset.sizeBytes, mediaInfo, { path, limits }))
  } else {
    problems.push(...atMost(limits.image.sizeBytesMax, asset.sizeBytes, { code: 'too_large', path }))
  }
  return problems
}

function checkAltText({ altText }: PartAsset, path: string, { altTextLengthMax }: XLimits): readonly PostProblem[] {
  const actual = [...(altText ?? '')].length
  if (actual <= altTextLengthMax) return []
  return [{ code: 'too_long', path: `${path}/altText`, limit: altTextLengthMax, actual, fix: 'shorten' }]
}

function checkGif(sizeBytes: number, gif: ImageInfo, { path, limits }: CheckPlace): readonly PostProblem[] {
  const { widthPixels, heightPixels } = gif
  const frameCount = gif.animation?.frameCount ?? 0
  const max = limits.gif
  return [
    ...atMost(max.sizeBytesMax, sizeBytes, { code: 'too_large', path }),
    ...(widthPixels > max.widthPixelsMax || heightPixels > max.heightPixelsMax
      ? [dimensions(gif, path, `${max.widthPixelsMax}×${max.heightPixelsMax}`)]
      : []),
    ...atMost(max.frameCountMax, frameCount, { code: 'too_many_frames', path }),
    ...atMost(max.pixelsMax, widthPixels * heightPixels * frameCount, { code: 'too_many_pixels', path }),
  ]
}

function checkVideo(sizeBytes: number, video: VideoInfo, { path, limits }: CheckPlace): readonly PostProblem[] {
  const max = limits.video
  const duration = video.durationSeconds
  return [
    ...atMost(max.sizeBytesMax, sizeBytes, { code: 'too_large', path }),
    ...checkEncoding(video, path),
    ...atMost(max.audioChannelsMax, video.audio?.channels ?? 0, { code: 'too_many_channels', path }),
    ...(duration !== undefined && duration < max.durationSecondsMin
      ? [problem('too_short', path, { limit: max.durationSecondsMin, actual: duration })]
      : []),
    ...atMost(max.durationSecondsMax, duration ?? 0, { code: 'duration_too_long', path }),
    ...atMost(max.frameRateMax, roundTo(video.frameRate ?? 0, 2), { code: 'frame_rate_too_high', path }),
    ...checkFrame(video, { path, limits }),
  ]
}

function checkFrame(video: VideoInfo, { path, limits }: CheckPlace): readonly PostProblem[] {
  const max = limits.video
  const long = Math.max(video.widthPixels, video.heightPixels)
  const short = Math.min(video.widthPixels, video.heightPixels)
  const problems: PostProblem[] = []
  if (short < max.sidePixelsMin) problems.push(dimensions(video, path, `at least ${max.sidePixelsMin} a side`))
  if (long > max.longSidePixelsMax || short > max.shortSidePixelsMax) {
    problems.push(dimensions(video, path, `${max.longSidePixelsMax}×${max.shortSidePixelsMax}`))
  }
  if (Math.abs(video.pixelAspectRatio - 1) > pixelAspectTolerance) {
    problems.push(
      problem('pixels_not_square', path, { limit: '1:1', actual: `${roundTo(video.pixelAspectRatio, 2)}:1` }),
    )
  }
  if (short > 0 && long / short > max.aspectRatioMax) {
    const numbers = { limit: `${max.aspectRatioMax}:1`, actual: `${roundTo(long / short, 2)}:1` }
    problems.push(problem('aspect_ratio_unsupported', path, numbers))
  }
  return problems
}

/** H.264 with 4:2:0 and AAC in MP4 or MOV, or WebM as it is. */
function checkEncoding(video: VideoInfo, path: string): readonly PostProblem[] {
  if (video.container === 'webm') return []
  const problems: PostProblem[] = []
  if (video.container === 'matroska')
    problems.push(problem('container_unsupported', path, { limit: 'MP4, MOV', actual: 'Matroska' }))
  problems.push(...checkCodec(video, path))
  if (video.chromaSubsampling !== undefined && video.chromaSubsampling !== '4:2:0') {
    problems.push(problem('chroma_unsupported', path, { limit: '4:2:0', actual: video.chromaSubsampling }))
  }
  if (video.audio !== undefined && video.audio.codec !== 'aac') {
    problems.push(problem('audio_codec_unsupported', path, { limit: 'aac', actual: video.audio.codec }))
  }
  return problems
}

/** HDR has more bits of a colour: a file of the accepted codec that is refused all the same. */
function checkCodec({ videoCodec, bitDepth = 8 }: VideoInfo, path: string): readonly PostProblem[] {
  if (videoCodec !== 'h264') return [problem('codec_unsupported', path, { limit: 'h264', actual: videoCodec })]
  if (bitDepth <= 8) return []
  const message = `The video is H.264 with ${bitDepth} bits; X takes H.264 with 8 bits.`
  return [{ ...problem('codec_unsupported', path, { limit: 8, actual: bitDepth }), message }]
}

interface CheckPlace {
  readonly path: string
  readonly limits: XLimits
}

function atMost(limit: number, actual: number, place: { code: string; path: string }): readonly PostProblem[] {
  return actual > limit ? [problem(place.code, place.path, { limit, actual })] : []
}

function dimensions({ widthPixels, heightPixels }: ImageInfo | VideoInfo, path: string, limit: string): PostProblem {
  return problem('dimensions_unsupported', path, { limit, actual: `${widthPixels}×${heightPixels}` })
}

function problem(code: string, path: string, numbers: Pick<PostProblem, 'limit' | 'actual'>): PostProblem {
  return { code, path, ...numbers, fix: 'transcode' }
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
