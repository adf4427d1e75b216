import type { PostProblem, VideoInfo } from '@ofm-social/core'
import type { InstagramLimits } from './limits.ts'
import { toMediaProblem } from './media-problem.ts'

/** Where a video is shown, which decides how long it may be. */
interface VideoPlace {
  readonly path: string
  readonly sizeBytes: number
  readonly place: 'reel' | 'story' | 'carousel'
}

/** Frames a second are counted over the whole file, whose ends are not exact. */
const frameRateTolerance = 0.03

/** What Instagram refuses of a video. */
export function checkVideo(
  video: VideoInfo,
  { path, sizeBytes, place }: VideoPlace,
  limits: InstagramLimits['video'],
): readonly PostProblem[] {
  const max = limits[place]
  const duration = video.durationSeconds === undefined ? undefined : Number(video.durationSeconds.toFixed(3))
  const ratio = video.heightPixels === 0 ? 0 : Number((video.widthPixels / video.heightPixels).toFixed(2))
  const frameRate = video.frameRate === undefined ? undefined : Number(video.frameRate.toFixed(2))
  return [
    ...checkEncoding(video, path),
    ...checkBitDepth(video, path, limits),
    ...checkSound(video, path, limits),
    ...outside('too_large', path, sizeBytes, { max: max.sizeBytesMax }),
    ...outside('too_short', path, duration, { min: max.durationSecondsMin }),
    ...outside('duration_too_long', path, duration, { max: max.durationSecondsMax }),
    ...outside('frame_rate_too_low', path, frameRate, { min: limits.frameRateMin, tolerance: frameRateTolerance }),
    ...outside('frame_rate_too_high', path, frameRate, { max: limits.frameRateMax, tolerance: frameRateTolerance }),
    ...outside('dimensions_unsupported', path, video.widthPixels, { max: limits.widthPixelsMax }),
    ...outside('bit_rate_too_high', path, video.bitsPerSecond, { max: limits.bitsPerSecondMax }),
    ...outside('aspect_ratio_unsupported', path, ratio, { min: max.aspectRatioMin, max: max.aspectRatioMax }),
  ]
}

/** H.264 or HEVC with 4:2:0 in MP4 or MOV, its index first. Edit lists, which the documentation does not want, are in nearly every file. */
function checkEncoding(video: VideoInfo, path: string): readonly PostProblem[] {
  const { container, videoCodec, chromaSubsampling: chroma, layout } = video
  const problems: PostProblem[] = []
  if (container !== 'mp4' && container !== 'mov') {
    problems.push(toMediaProblem('container_unsupported', path, { limit: 'MP4, MOV', actual: container }))
  }
  if (videoCodec !== 'h264' && videoCodec !== 'hevc') {
    problems.push(toMediaProblem('codec_unsupported', path, { limit: 'h264, hevc', actual: videoCodec }))
  }
  if (chroma !== undefined && chroma !== '4:2:0') {
    problems.push(toMediaProblem('chroma_unsupported', path, { limit: '4:2:0', actual: chroma }))
  }
  if (layout?.fastStart === false && !layout.fragmented) {
    const message = "The video's index (moov) has to stand before its media data (fast start)."
    problems.push({ ...toMediaProblem('index_at_end', path, {}), message })
  }
  return problems
}

/** HDR: a file of an accepted codec that is refused all the same. */
function checkBitDepth(
  { bitDepth: actual, videoCodec: codec }: VideoInfo,
  path: string,
  { bitDepthMax: limit }: InstagramLimits['video'],
): readonly PostProblem[] {
  const name = codec === 'hevc' ? 'HEVC' : codec === 'h264' ? 'H.264' : undefined
  // Another codec is refused as such.
  if (actual === undefined || actual <= limit || name === undefined) return []
  const message = `The video is ${name} with ${actual} bits; Instagram takes H.264 and HEVC with ${limit} bits.`
  return [{ ...toMediaProblem('codec_unsupported', path, { limit, actual }), message }]
}

function checkSound({ audio }: VideoInfo, path: string, limits: InstagramLimits['video']): readonly PostProblem[] {
  if (!audio) return []
  return [
    ...(audio.codec === 'aac'
      ? []
      : [toMediaProblem('audio_codec_unsupported', path, { limit: 'aac', actual: audio.codec })]),
    ...outside('too_many_channels', path, audio.channels, { max: limits.audioChannelsMax }),
    ...outside('sample_rate_too_high', path, audio.sampleRateHz, { max: limits.audioSampleRateHzMax }),
  ]
}

/** What the file does not say is no reason to refuse it. */
function outside(
  code: string,
  path: string,
  actual: number | undefined,
  { min, max, tolerance = 0 }: { readonly min?: number; readonly max?: number; readonly tolerance?: number },
): readonly PostProblem[] {
  if (actual === undefined) return []
  const isUnder = min !== undefined && actual < min - tolerance
  const isOver = max !== undefined && actual > max + tolerance
  const limit = isUnder ? min : isOver ? max : undefined
  return limit === undefined ? [] : [toMediaProblem(code, path, { limit, actual })]
}
