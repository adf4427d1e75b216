import type { VideoInfo } from '../model/media-info.ts'

/** What a codec's own configuration says about the picture. */
export type CodecProfile = Pick<VideoInfo, 'videoProfile' | 'bitDepth' | 'chromaSubsampling'>

const chromaNames = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const

/** Profile numbers of ITU-T H.264, annex A. */
const h264Profiles: Readonly<Record<number, string>> = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4 Predictive',
}
/** Profile numbers of ITU-T H.265, annex A. */
const hevcProfiles: Readonly<Record<number, string>> = {
  1: 'Main',
  2: 'Main 10',
  3: 'Main Still Picture',
  4: 'Range Extensions',
}
const av1Profiles = ['Main', 'High', 'Professional'] as const

/**
 * @param parameters The codec string of RFC 6381, such as `avc1.640028` or `vp09.00.10.08`.
 * @param configuration The codec's configuration record, where the container has one.
 */
export function toCodecProfile(codec: string, parameters: string, configuration: Uint8Array | undefined): CodecProfile {
  const fields = parameters.split('.')
  switch (codec) {
    case 'h264':
      return toH264Profile(fields[1] ?? '', configuration)
    case 'hevc':
      return configuration ? toHevcProfile(configuration) : {}
    case 'vp8':
      return { bitDepth: 8, chromaSubsampling: '4:2:0' }
    case 'vp9':
      return toVp9Profile(Number(fields[1]), Number(fields[3]))
    case 'av1':
      return toAv1Profile(Number(fields[1]), Number(fields[3]))
    default:
      return {}
  }
}

/** @param numbers Profile, constraints and level, each in two hex digits. */
function toH264Profile(numbers: string, configuration: Uint8Array | undefined): CodecProfile {
  const [profile, constraints] = [0, 2].map((at) => Number.parseInt(numbers.slice(at, at + 2), 16))
  const isConstrained = profile === 66 && ((constraints ?? 0) & 0x40) > 0
  const videoProfile = isConstrained ? 'Constrained Baseline' : h264Profiles[profile ?? 0]
  if (!profile || !videoProfile) return {}
  if (profile < 110) return { videoProfile, bitDepth: 8, chromaSubsampling: '4:2:0' }
  return { videoProfile, ...(configuration && readH264Extension(configuration)) }
}

/** ISO/IEC 14496-15: after the parameter sets, profiles from High on say chroma and depth. */
function readH264Extension(record: Uint8Array): CodecProfile {
  let offset = 5
  for (const countMask of [0x1f, 0xff]) {
    const count = (record[offset] ?? 0) & countMask
    offset += 1
    for (let index = 0; index < count; index += 1) {
      offset += 2 + (record[offset] ?? 0) * 256 + (record[offset + 1] ?? 0)
    }
  }
  return toSampleFormat(record[offset], record[offset + 1])
}

/** ISO/IEC 14496-15, HEVCDecoderConfigurationRecord. */
function toHevcProfile(record: Uint8Array): CodecProfile {
  const videoProfile = hevcProfiles[(record[1] ?? 0) & 0x1f]
  return { ...(videoProfile && { videoProfile }), ...toSampleFormat(record[16], record[17]) }
}

function toSampleFormat(chromaByte: number | undefined, depthByte: number | undefined): CodecProfile {
  if (chromaByte === undefined || depthByte === undefined) return {}
  const chromaSubsampling = chromaNames[chromaByte & 0x03]
  return { bitDepth: 8 + (depthByte & 0x07), ...(chromaSubsampling && { chromaSubsampling }) }
}

function toVp9Profile(profile: number, bitDepth: number): CodecProfile {
  if (!Number.isInteger(profile)) return {}
  return {
    videoProfile: `Profile ${profile}`,
    ...(bitDepth > 0 && { bitDepth }),
    ...(profile % 2 === 0 && { chromaSubsampling: '4:2:0' }),
  }
}

function toAv1Profile(profile: number, bitDepth: number): CodecProfile {
  const videoProfile = av1Profiles[profile]
  if (!videoProfile) return {}
  return {
    videoProfile,
    ...(bitDepth > 0 && { bitDepth }),
    ...(profile < 2 && { chromaSubsampling: profile === 0 ? '4:2:0' : '4:4:4' }),
  }
}
