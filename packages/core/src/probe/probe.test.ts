import { describe, expect, test } from 'vitest'
import type { MediaInfo, VideoInfo } from '../model/media-info.ts'
import { readFixture, sourceOf } from './__fixtures__/fixture.ts'
import { probe } from './probe.ts'

const video: Partial<VideoInfo> = {
  kind: 'video',
  type: 'video/mp4',
  container: 'mp4',
  widthPixels: 64,
  heightPixels: 36,
  rotationDegrees: 0,
  pixelAspectRatio: 1,
  durationSeconds: 1,
  videoCodec: 'h264',
  videoProfile: 'High',
  bitDepth: 8,
  chromaSubsampling: '4:2:0',
  frameRate: 25,
  variableFrameRate: false,
}
const layout = { fastStart: false, fragmented: false, editList: true }
const webm: Partial<VideoInfo> = { ...video, type: 'video/webm', container: 'webm' }

const videos: readonly (readonly [name: string, expected: Partial<VideoInfo>])[] = [
  [
    'h264-aac.mp4',
    {
      ...video,
      sizeBytes: 6570,
      bitsPerSecond: 52_560,
      audio: { codec: 'aac', channels: 2, sampleRateHz: 48_000 },
      layout: { ...layout, fastStart: true },
    },
  ],
  ['index-last.mp4', { ...video, sizeBytes: 2421, bitsPerSecond: 19_368, layout: { ...layout, editList: false } }],
  // ffprobe counts the other way round: its 90 is a quarter against the clock.
  [
    'rotated.mp4',
    {
      ...video,
      sizeBytes: 2453,
      bitsPerSecond: 19_624,
      widthPixels: 36,
      heightPixels: 64,
      rotationDegrees: 270,
      layout,
    },
  ],
  // 64 pixels of 4:3 are 85.33 square ones, which are rounded.
  [
    'anamorphic.mp4',
    { ...video, sizeBytes: 2453, bitsPerSecond: 19_624, widthPixels: 85, pixelAspectRatio: 85 / 64, layout },
  ],
  [
    'variable.mp4',
    {
      ...video,
      sizeBytes: 2499,
      bitsPerSecond: 10_200,
      durationSeconds: 1.96,
      frameRate: 13.889,
      variableFrameRate: true,
      layout,
    },
  ],
  // ffprobe adds what the sound is longer.
  [
    'fragmented.mp4',
    {
      ...video,
      sizeBytes: 6739,
      bitsPerSecond: 53_912,
      audio: { codec: 'aac', channels: 1, sampleRateHz: 48_000 },
      layout: { fastStart: true, fragmented: true, editList: false },
    },
  ],
  [
    'half-fragmented.mp4',
    {
      ...video,
      sizeBytes: 3310,
      bitsPerSecond: 26_480,
      layout: { fastStart: true, fragmented: true, editList: false },
    },
  ],
  [
    'hevc-10-bit.mov',
    {
      ...video,
      type: 'video/quicktime',
      container: 'mov',
      sizeBytes: 21_117,
      bitsPerSecond: 168_936,
      videoCodec: 'hevc',
      videoProfile: 'Main 10',
      bitDepth: 10,
      hdr: 'pq',
      audio: { codec: 'pcm-s16', channels: 1, sampleRateHz: 8000 },
      layout,
    },
  ],
  ['av1.mp4', { ...video, sizeBytes: 1848, bitsPerSecond: 14_784, videoCodec: 'av1', videoProfile: 'Main', layout }],
  [
    'vp9-opus.webm',
    {
      ...webm,
      sizeBytes: 5810,
      bitsPerSecond: 46_111,
      durationSeconds: 1.008,
      videoCodec: 'vp9',
      videoProfile: 'Profile 0',
      audio: { codec: 'opus', channels: 1, sampleRateHz: 48_000 },
    },
  ],
  [
    'vp9-10-bit.webm',
    { ...webm, sizeBytes: 3012, bitsPerSecond: 24_096, videoCodec: 'vp9', videoProfile: 'Profile 2', bitDepth: 10 },
  ],
]

const pictures: readonly (readonly [name: string, expected: MediaInfo])[] = [
  ['picture.jpg', { ...image('jpeg', 573), widthPixels: 64, heightPixels: 48 }],
  ['picture.png', { ...image('png', 170), widthPixels: 64, heightPixels: 48 }],
  ['picture.webp', { ...image('webp', 86), widthPixels: 64, heightPixels: 48 }],
  ['picture.gif', { ...image('gif', 998), widthPixels: 64, heightPixels: 48 }],
  ['animated.gif', { ...image('gif', 1437), animation: { frameCount: 5, durationSeconds: 0.5 } }],
  ['animated.png', { ...image('png', 751), animation: { frameCount: 5, durationSeconds: 0.5 } }],
  // The encoder joined frames that look the same; ffprobe cannot read it.
  ['animated.webp', { ...image('webp', 300), animation: { frameCount: 2, durationSeconds: 0.5 } }],
]

describe('reads videos', () => {
  test.each(videos)('%s', async (name, expected) => {
    expect(await probe(sourceOf(readFixture(name)))).toEqual(expected)
  })

  test('that were streamed to disk, from the times of their blocks', async () => {
    // The profile of VP8 is not announced; ffprobe finds no duration here.
    const { videoProfile: _, ...rest } = webm
    expect(await probe(sourceOf(readFixture('streamed.webm')))).toEqual({
      ...rest,
      sizeBytes: 3304,
      bitsPerSecond: 26_432,
      videoCodec: 'vp8',
    })
  })

  test('without a picture as sound', async () => {
    expect(await probe(sourceOf(readFixture('sound.m4a')))).toEqual({
      kind: 'audio',
      type: 'audio/mp4',
      container: 'mp4',
      sizeBytes: 3316,
      durationSeconds: 1,
      audio: { codec: 'aac', channels: 1, sampleRateHz: 48_000 },
    })
  })

  test('of any length from a few kilobytes', async () => {
    const { source, bytesRead } = withMedia(readFixture('h264-aac.mp4'), 4_000_000_000)
    expect(await probe(source)).toMatchObject({ kind: 'video', sizeBytes: source.sizeBytes, videoCodec: 'h264' })
    expect(bytesRead()).toBeLessThan(20_000)
  })
})

describe('reads pictures', () => {
  test.each(pictures)('%s', async (name, expected) => {
    expect(await probe(sourceOf(readFixture(name)))).toEqual(expected)
  })
})

describe('says why a file cannot be read', () => {
  test.each([
    ['', 'empty', 'The file is empty.'],
    ['hello, world', 'not_media', 'The file is no picture or video of a known format.'],
    ['#!', 'not_media', 'The file is no picture or video of a known format.'],
    ['#EXTM3U\nhttp://127.0.0.1/', 'unsupported_format', 'The file is a playlist; MP4,'],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'unsupported_format', 'The file is HEIC; MP4,'],
    ['\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'unsupported_format', 'The file is AVIF; MP4,'],
    ['RIFF\0\0\0\0AVI LIST', 'unsupported_format', 'The file is AVI; MP4,'],
    ['RIFF\0\0\0\0WAVEfmt ', 'unsupported_format', 'The file is WAV; MP4,'],
    ['%PDF-1.7', 'unsupported_format', 'The file is PDF; MP4,'],
    ['\xff\xd8\xff\xe0', 'damaged', 'The picture does not say how large it is.'],
    [
      '\0\0\0\x10ftypisom\0\0\0\0',
      'damaged',
      'The video has no index ("moov"): its recording or upload did not finish.',
    ],
  ])('%j', async (text, code, message) => {
    const info = await probe(sourceOf(Uint8Array.from(text, (character) => character.charCodeAt(0))))
    expect(info).toMatchObject({ kind: 'unknown', sizeBytes: text.length, reason: { code } })
    expect(info.kind === 'unknown' && info.reason.message).toContain(message)
  })

  test('when the end of a video is missing', async () => {
    for (const name of ['h264-aac.mp4', 'index-last.mp4', 'hevc-10-bit.mov', 'vp9-opus.webm', 'fragmented.mp4']) {
      const whole = readFixture(name)
      const info = await probe(sourceOf(whole.subarray(0, whole.length - 20)))
      expect(info, name).toMatchObject({ kind: 'unknown', reason: { code: 'damaged' } })
    }
  })
})

describe('keeps to its limits', () => {
  test('ends when the source does not answer in time', async () => {
    const source = { sizeBytes: 1000, read: () => new Promise<Uint8Array>(() => {}) }
    expect(await probe(source, { timeoutMs: 5 })).toMatchObject({
      kind: 'unknown',
      reason: { code: 'limit_exceeded', message: 'The file could not be understood within 5 ms.' },
    })
  })

  test('reads no more bytes than allowed', async () => {
    const source = sourceOf(readFixture('h264-aac.mp4'))
    expect(await probe(source, { bytesReadMax: 1000 })).toMatchObject({ reason: { code: 'limit_exceeded' } })
    expect(source.bytesRead()).toBeLessThanOrEqual(1000)
  })

  test('throws the reason of an aborted signal, also while a read waits', async () => {
    const abort = new AbortController()
    const reason = new Error('shutting down')
    const source = {
      sizeBytes: 1000,
      read: () => {
        queueMicrotask(() => abort.abort(reason))
        return new Promise<Uint8Array>(() => {})
      },
    }
    await expect(probe(source, { signal: abort.signal })).rejects.toBe(reason)
    await expect(probe(sourceOf(new Uint8Array(9)), { signal: abort.signal })).rejects.toBe(reason)
  })

  test('passes on what the source throws, however it throws', async () => {
    const failure = new Error('bucket unreachable')
    await expect(probe({ sizeBytes: 9, read: () => Promise.reject(failure) })).rejects.toBe(failure)
    const throwing = {
      sizeBytes: 9,
      read() {
        throw failure
      },
    }
    await expect(probe(throwing)).rejects.toBe(failure)
  })

  test('takes a source that brings too little for a damaged file', async () => {
    const info = await probe({ sizeBytes: 5000, read: async () => new Uint8Array(3) })
    expect(info).toMatchObject({ reason: { code: 'damaged', message: 'The file ends earlier than its size says.' } })
  })
})

function image<Format extends 'jpeg' | 'png' | 'gif' | 'webp'>(format: Format, sizeBytes: number) {
  return { kind: 'image', type: `image/${format}`, format, sizeBytes, widthPixels: 32, heightPixels: 24 } as const
}

/** The file with so many bytes of media behind it, which are never made. */
function withMedia(head: Uint8Array, mediaBytes: number) {
  const box = new Uint8Array(16)
  const view = new DataView(box.buffer)
  view.setUint32(0, 1)
  box.set(Buffer.from('mdat'), 4)
  view.setBigUint64(8, BigInt(mediaBytes + 16))
  let bytesRead = 0
  const start = Buffer.concat([head, box])
  return {
    source: {
      sizeBytes: start.length + mediaBytes,
      async read(offset: number, length: number) {
        bytesRead += length
        const bytes = new Uint8Array(length)
        bytes.set(start.subarray(offset, offset + length))
        return bytes
      },
    },
    bytesRead: () => bytesRead,
  }
}
