import { expect, test } from 'vitest'
import { toCodecProfile } from './codec-profile.ts'

/** ISO/IEC 14496-15: version, profile, constraints, level, length size, one parameter set of each kind, then chroma and depth. */
const high10 = Uint8Array.of(1, 110, 0, 30, 0xff, 0xe1, 0, 2, 0x67, 0x6e, 1, 0, 1, 0x68, 0xfd, 0xfa, 0xfa, 0)
const high444 = Uint8Array.of(1, 244, 0, 30, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68, 0xff, 0xf8, 0xf8, 0)

test.each([
  ['h264', 'avc1.640028', undefined, { videoProfile: 'High', bitDepth: 8, chromaSubsampling: '4:2:0' }],
  ['h264', 'avc1.42001e', undefined, { videoProfile: 'Baseline', bitDepth: 8, chromaSubsampling: '4:2:0' }],
  ['h264', 'avc1.42e01e', undefined, { videoProfile: 'Constrained Baseline', bitDepth: 8, chromaSubsampling: '4:2:0' }],
  ['h264', 'avc1.6e001e', high10, { videoProfile: 'High 10', bitDepth: 10, chromaSubsampling: '4:2:0' }],
  ['h264', 'avc1.f4001e', high444, { videoProfile: 'High 4:4:4 Predictive', bitDepth: 8, chromaSubsampling: '4:4:4' }],
  ['h264', 'avc1.6e001e', high10.subarray(0, 9), { videoProfile: 'High 10' }],
  ['h264', 'avc1.6e001e', undefined, { videoProfile: 'High 10' }],
  ['h264', 'avc1.ff001e', undefined, {}],
  ['h264', 'avc1', undefined, {}],
  ['hevc', 'hvc1.2.4.L93.B0', hevc(2, 1, 2), { videoProfile: 'Main 10', bitDepth: 10, chromaSubsampling: '4:2:0' }],
  [
    'hevc',
    'hvc1.4.10.L93',
    hevc(4, 2, 4),
    { videoProfile: 'Range Extensions', bitDepth: 12, chromaSubsampling: '4:2:2' },
  ],
  ['hevc', 'hvc1.1.6.L93.B0', undefined, {}],
  ['vp8', 'vp8', undefined, { bitDepth: 8, chromaSubsampling: '4:2:0' }],
  ['vp9', 'vp09.02.10.10', undefined, { videoProfile: 'Profile 2', bitDepth: 10, chromaSubsampling: '4:2:0' }],
  ['vp9', 'vp09.01.10.08', undefined, { videoProfile: 'Profile 1', bitDepth: 8 }],
  ['av1', 'av01.0.04M.10', undefined, { videoProfile: 'Main', bitDepth: 10, chromaSubsampling: '4:2:0' }],
  ['av1', 'av01.1.04M.08', undefined, { videoProfile: 'High', bitDepth: 8, chromaSubsampling: '4:4:4' }],
  ['av1', 'av01.2.04M.12', undefined, { videoProfile: 'Professional', bitDepth: 12 }],
  ['prores', 'apch', undefined, {}],
])('%s %s', (codec, parameters, configuration, expected) => {
  expect(toCodecProfile(codec, parameters, configuration)).toEqual(expected)
})

function hevc(profile: number, chroma: number, depthOver8: number): Uint8Array {
  const record = new Uint8Array(23)
  record[1] = profile
  record[16] = 0xfc | chroma
  record[17] = 0xf8 | depthOver8
  return record
}
