import type { MediaInfo, PartAsset, PartRequest } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'
import { describe, expect, test } from 'vitest'
import { checkPart } from './check-part.ts'
import { createXLimits } from './limits.ts'
import type { XSettings } from './settings.ts'

const limits = createXLimits({})
const jpeg = sampleAsset('jpeg')
const video = sampleAsset('mp4')
const gif = sampleAsset('gif')

function check(
  changes: Partial<PartRequest<XSettings>>,
  plan: 'self_serve' | 'enterprise' = 'self_serve',
  mentions: 'allow' | 'refuse' = 'allow',
) {
  const part = { kind: 'post', index: 0, text: 'First light', assets: [], settings: {}, rating: 'general' } as const
  return checkPart({ ...part, ...changes }, { limits, facts: undefined, config: { plan, mentions } })
}

const withInfo = (asset: PartAsset, mediaInfo: object): PartAsset => ({
  ...asset,
  mediaInfo: { ...asset.mediaInfo, ...mediaInfo } as MediaInfo,
})
const codes = (assets: readonly PartAsset[]) => check({ assets }).map(({ code, path }) => `${path} ${code}`)

describe('what fits', () => {
  test.each([
    ['a text', { text: 'First light' }],
    ['a text that weighs 280', { text: '看'.repeat(140) }],
    ['a long link in a short text', { text: `Here: https://example.com/${'a'.repeat(400)}` }],
    ['a picture without text', { text: '', assets: [jpeg] }],
    ['four pictures', { assets: [jpeg, jpeg, jpeg, jpeg] }],
    ['a GIF that moves', { assets: [gif] }],
    ['GIFs that do not move, as pictures', { assets: [withInfo(gif, { animation: undefined }), jpeg] }],
    ['a video', { assets: [video] }],
    ['a video of 1080×1920', { assets: [withInfo(video, { widthPixels: 1080, heightPixels: 1920 })] }],
    ['a video without sound', { assets: [withInfo(video, { audio: undefined })] }],
    ['a video that does not say how long it is', { assets: [withInfo(video, { durationSeconds: undefined })] }],
    ['adult media', { assets: [jpeg], rating: 'adult' as const }],
    ['one cashtag and an amount', { text: '$TSLA at $25' }],
    ['a later part', { kind: 'thread' as const, index: 1 }],
  ])('%s', (_, changes) => {
    expect(check(changes)).toEqual([])
  })
})

describe('what does not', () => {
  test('a text that weighs more', () => {
    expect(check({ text: '看'.repeat(206) })).toEqual([
      {
        code: 'too_long',
        path: 'text',
        limit: 280,
        actual: 412,
        fix: 'shorten',
        message: 'The text weighs 412; X allows 280 for this account.',
      },
    ])
  })

  test('neither text nor media', () => {
    expect(check({ text: ' \n' })).toEqual([{ code: 'missing', path: 'text' }])
  })

  test('characters that X refuses', () => {
    expect(check({ text: 'a\uFEFF' })).toMatchObject([{ code: 'characters_invalid', path: 'text', actual: 'U+FEFF' }])
  })

  test('a mention, where the host keeps them out', () => {
    const part = { text: 'With @bea, mail to ada@example.com' }
    expect(check(part)).toEqual([])
    expect(check(part, 'self_serve', 'refuse')).toMatchObject([
      { code: 'too_many_mentions', path: 'text', limit: 0, actual: 1, fix: 'remove' },
    ])
  })

  test('two cashtags, but not on the plan Enterprise', () => {
    expect(check({ text: '$TSLA and $AAPL' }, 'enterprise')).toEqual([])
    expect(check({ text: '$TSLA and $GOOG.A' })).toMatchObject([
      { code: 'too_many_cashtags', path: 'text', limit: 1, actual: 2 },
    ])
  })

  test('a target, which X has not', () => {
    expect(check({ target: 'r/streaming' })).toMatchObject([{ code: 'not_supported', path: 'target' }])
  })

  test.each([
    ['five pictures', [jpeg, jpeg, jpeg, jpeg, jpeg], ['assets too_many']],
    ['a picture and a video', [jpeg, video], ['assets mixed_media']],
    ['two videos', [video, video], ['assets mixed_media']],
    ['two GIFs', [gif, gif], ['assets mixed_media']],
    ['a picture of 5 MB and a byte', [{ ...jpeg, sizeBytes: 5_000_001 }], ['assets/0 too_large']],
    ['a long alt text', [jpeg, { ...jpeg, altText: '看'.repeat(1_001) }], ['assets/1/altText too_long']],
    ['a GIF of 15 MB and a byte', [{ ...gif, sizeBytes: 15_000_001 }], ['assets/0 too_large']],
    ['a GIF that is too wide', [withInfo(gif, { widthPixels: 1_281 })], ['assets/0 dimensions_unsupported']],
    ['a GIF with 351 frames', [withInfo(gif, { animation: { frameCount: 351 } })], ['assets/0 too_many_frames']],
    [
      'a GIF with too many pixels',
      [withInfo(gif, { widthPixels: 1_280, heightPixels: 1_080, animation: { frameCount: 300 } })],
      ['assets/0 too_many_pixels'],
    ],
    ['a video of more than 8 GB', [{ ...video, sizeBytes: 8_000_000_001 }], ['assets/0 too_large']],
    ['a video of 0.4 s', [withInfo(video, { durationSeconds: 0.4 })], ['assets/0 too_short']],
    ['a video of 21 minutes', [withInfo(video, { durationSeconds: 1_260 })], ['assets/0 duration_too_long']],
    ['a video of 120 frames a second', [withInfo(video, { frameRate: 120 })], ['assets/0 frame_rate_too_high']],
    [
      'a video in 4K',
      [withInfo(video, { widthPixels: 3_840, heightPixels: 2_160 })],
      ['assets/0 dimensions_unsupported'],
    ],
    ['a tiny video', [withInfo(video, { widthPixels: 31, heightPixels: 60 })], ['assets/0 dimensions_unsupported']],
    [
      'a very narrow video',
      [withInfo(video, { widthPixels: 400, heightPixels: 1_280 })],
      ['assets/0 aspect_ratio_unsupported'],
    ],
    ['HEVC', [withInfo(video, { videoCodec: 'hevc', bitDepth: 10 })], ['assets/0 codec_unsupported']],
    ['H.264 with 10 bits', [withInfo(video, { bitDepth: 10 })], ['assets/0 codec_unsupported']],
    ['pixels that are no squares', [withInfo(video, { pixelAspectRatio: 4 / 3 })], ['assets/0 pixels_not_square']],
    ['4:2:2', [withInfo(video, { chromaSubsampling: '4:2:2' })], ['assets/0 chroma_unsupported']],
    [
      'Matroska',
      [withInfo(video, { container: 'matroska', type: 'video/x-matroska' })],
      ['assets/0 container_unsupported'],
    ],
    [
      '5.1 sound',
      [withInfo(video, { audio: { codec: 'aac', channels: 6, sampleRateHz: 48_000 } })],
      ['assets/0 too_many_channels'],
    ],
    [
      'Opus in MP4',
      [withInfo(video, { audio: { codec: 'opus', channels: 2, sampleRateHz: 48_000 } })],
      ['assets/0 audio_codec_unsupported'],
    ],
    ['a sound file', [withInfo(video, { kind: 'audio', type: 'audio/mp4' })], ['assets/0 type_unsupported']],
    [
      'an unreadable file',
      [
        {
          ...jpeg,
          mediaInfo: { kind: 'unknown', sizeBytes: 3, reason: { code: 'damaged', message: 'The file is cut off.' } },
        },
      ],
      ['assets/0 media_unreadable'],
    ],
  ] as [string, PartAsset[], string[]][])('%s', (_, assets, expected) => {
    expect(codes(assets)).toEqual(expected)
  })

  test('everything at once', () => {
    const assets = [withInfo(video, { durationSeconds: 2_000, videoCodec: 'hevc' }), jpeg]
    const found = check({ text: `${'a'.repeat(300)} $A $B`, assets, target: 'x' }).map(({ code }) => code)
    expect(found).toEqual([
      'not_supported',
      'too_long',
      'too_many_cashtags',
      'mixed_media',
      'codec_unsupported',
      'duration_too_long',
    ])
  })
})

test('limits may be those of a paying account', () => {
  const paid = createXLimits({ textLengthMax: 25_000, videoDurationSecondsMax: 7_500 })
  const part = { kind: 'post', index: 0, settings: {}, rating: 'general' } as const
  const assets = [withInfo(video, { durationSeconds: 7_000 })]
  const given = { limits: paid, facts: undefined, config: { plan: 'self_serve', mentions: 'allow' } } as const
  expect(checkPart({ ...part, text: 'a'.repeat(25_000), assets }, given)).toEqual([])
})
