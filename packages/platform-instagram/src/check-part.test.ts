import type { PartRequest } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'
import { describe, expect, test } from 'vitest'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Part = PartRequest<InstagramFacebookSettings>

const { checkPart } = createInstagramAdapter({ login: 'facebook' })
const image = sampleAsset('jpeg')
const video = sampleAsset('mp4')
const post: Part = { kind: 'post', index: 0, text: 'First light', assets: [image], settings: {}, rating: 'general' }
const reel: Part = { ...post, assets: [video] }
const story: Part = { ...post, text: '', settings: { placement: 'story' } }
const carousel: Part = { ...post, assets: [image, image] }
const comment: Part = { ...post, kind: 'comment', index: 1, assets: [] }
const info = (mediaInfo: Parameters<typeof sampleAsset>[1]) => ({ ...post, assets: [sampleAsset('mp4', mediaInfo)] })
const sound = (given: object) =>
  info({ mediaInfo: { audio: { codec: 'aac', channels: 2, sampleRateHz: 48_000, ...given } } })
const shape = (part: Part, widthPixels: number, heightPixels: number): Part => ({
  ...part,
  assets: [sampleAsset('mp4', { mediaInfo: { widthPixels, heightPixels } })],
})
const ratio = (widthPixels: number, heightPixels: number): Part => ({
  ...post,
  assets: [sampleAsset('jpeg', { mediaInfo: { widthPixels, heightPixels } })],
})

describe('nothing is wrong with', () => {
  test.each<[string, Part]>([
    ['an image at 4:5', ratio(1080, 1350)],
    ['an image at 1.91:1', ratio(1080, 566)],
    ['2,200 characters', { ...post, text: 'a'.repeat(2_200) }],
    ['30 hashtags and 20 mentions', { ...post, text: `${'#a '.repeat(30)}${'@b '.repeat(20)}` }],
    ['an address of mail', { ...post, text: `${'@b '.repeat(20)} me@example.com` }],
    [
      'a reel with cover, and a cover of any shape',
      {
        ...reel,
        assets: [video, sampleAsset('jpeg', { widthPixels: 64, heightPixels: 640 })],
        settings: { coverAsset: 1 },
      },
    ],
    ['a story of any shape', { ...story, assets: ratio(64, 640).assets }],
    [
      'a tag in a story without a place',
      { ...story, settings: { placement: 'story', userTags: [{ username: 'bea' }] } },
    ],
    [
      'ten files, mixed',
      {
        ...post,
        assets: [
          ...Array.from({ length: 5 }, () => image),
          ...Array.from({ length: 5 }, () =>
            sampleAsset('mp4', { mediaInfo: { widthPixels: 1080, heightPixels: 1080 } }),
          ),
        ],
      },
    ],
    [
      "the moment of the cover of a carousel's video",
      {
        ...carousel,
        assets: [image, sampleAsset('mp4', { mediaInfo: { widthPixels: 1080, heightPixels: 1080 } })],
        settings: { thumbOffsetMs: 0 },
      },
    ],
    [
      'an alt text of a reel, however long: it is not sent',
      { ...reel, assets: [{ ...video, altText: 'a'.repeat(1_001) }] },
    ],
    ['frames that are counted to a hair less', info({ mediaInfo: { frameRate: 22.98 } })],
    ['frames that are counted to a hair more', info({ mediaInfo: { frameRate: 60.02 } })],
    ['a reel as narrow as can be', shape(reel, 19, 1_900)],
    ['a reel as wide as can be', shape(reel, 1_900, 190)],
    ['a story as narrow as can be', shape(story, 190, 1_900)],
    ['a story as wide as can be', shape(story, 1_900, 190)],
    ['a comment', comment],
    ['a comment with four hashtags and a link', { ...comment, text: 'All: #a #b #c #d https://a.example' }],
  ])('%s', (_, part) => {
    expect(checkPart(part, undefined)).toEqual([])
  })
})

describe('a problem is found in', () => {
  test.each<[string, Part, object]>([
    ['adult content', { ...post, rating: 'adult' }, { code: 'adult_forbidden', path: 'rating' }],
    ['a target', { ...post, target: 'r/x' }, { code: 'not_supported', path: 'target' }],
    ['a thread', { ...post, kind: 'thread', index: 1 }, { code: 'not_supported', path: 'text' }],
    ['a post without media', { ...post, assets: [] }, { code: 'media_missing', path: 'assets' }],
    [
      'eleven files',
      { ...post, assets: Array.from({ length: 11 }, () => image) },
      { code: 'too_many', limit: 10, actual: 11 },
    ],
    ['two files of a story', { ...story, assets: [image, image] }, { code: 'too_many', limit: 1 }],
    ['a caption of a story', { ...story, text: 'Hi' }, { code: 'not_supported', path: 'text', fix: 'remove' }],
    [
      'a long caption',
      { ...post, text: 'a'.repeat(2_201) },
      { code: 'too_long', limit: 2_200, actual: 2_201, fix: 'shorten' },
    ],
    ['31 hashtags', { ...post, text: '#a '.repeat(31) }, { code: 'too_many_hashtags', limit: 30, actual: 31 }],
    ['21 mentions', { ...post, text: '@b '.repeat(21) }, { code: 'too_many_mentions', limit: 20, actual: 21 }],
    [
      'a PNG',
      { ...post, assets: [sampleAsset('png')] },
      { code: 'format_unsupported', limit: 'jpeg', actual: 'png', fix: 'transcode' },
    ],
    [
      'a large image',
      { ...post, assets: [{ ...image, sizeBytes: 8_000_001 }] },
      { code: 'too_large', limit: 8_000_000 },
    ],
    ['an image that is too tall', ratio(1080, 1920), { code: 'aspect_ratio_unsupported', fix: 'transcode' }],
    ['an image that is too wide', ratio(1920, 900), { code: 'aspect_ratio_unsupported' }],
    [
      'a long alt text',
      { ...post, assets: [{ ...image, altText: 'a'.repeat(1_001) }] },
      { code: 'too_long', path: 'assets/0/altText' },
    ],
    ['a short video', info({ mediaInfo: { durationSeconds: 2.9 } }), { code: 'too_short', limit: 3, actual: 2.9 }],
    ['a long reel', info({ mediaInfo: { durationSeconds: 901 } }), { code: 'duration_too_long', limit: 900 }],
    [
      'a long story',
      { ...story, assets: [sampleAsset('mp4', { mediaInfo: { durationSeconds: 61 } })] },
      { code: 'duration_too_long', limit: 60 },
    ],
    [
      'a large reel',
      { ...reel, assets: [{ ...video, sizeBytes: 300_000_001 }] },
      { code: 'too_large', limit: 300_000_000 },
    ],
    ['few frames', info({ mediaInfo: { frameRate: 22.9 } }), { code: 'frame_rate_too_low', limit: 23, actual: 22.9 }],
    ['many frames', info({ mediaInfo: { frameRate: 60.1 } }), { code: 'frame_rate_too_high', limit: 60, actual: 60.1 }],
    ['a wide video', info({ mediaInfo: { widthPixels: 3840 } }), { code: 'dimensions_unsupported', limit: 1_920 }],
    ['another codec', info({ mediaInfo: { videoCodec: 'vp9' } }), { code: 'codec_unsupported', actual: 'vp9' }],
    [
      'ten bits a colour',
      info({ mediaInfo: { videoCodec: 'hevc', bitDepth: 10 } }),
      {
        code: 'codec_unsupported',
        path: 'assets/0',
        limit: 8,
        actual: 10,
        fix: 'transcode',
        message: 'The video is HEVC with 10 bits; Instagram takes H.264 and HEVC with 8 bits.',
      },
    ],
    ['another container', info({ mediaInfo: { container: 'webm' } }), { code: 'container_unsupported' }],
    [
      'an index at the end',
      info({ mediaInfo: { layout: { fastStart: false, fragmented: false, editList: false } } }),
      { code: 'index_at_end' },
    ],
    ['many bits', info({ mediaInfo: { bitsPerSecond: 26_000_000 } }), { code: 'bit_rate_too_high' }],
    ['4:2:2', info({ mediaInfo: { chromaSubsampling: '4:2:2' } }), { code: 'chroma_unsupported', actual: '4:2:2' }],
    ['other sound', sound({ codec: 'opus' }), { code: 'audio_codec_unsupported', limit: 'aac', actual: 'opus' }],
    ['surround sound', sound({ channels: 6 }), { code: 'too_many_channels', limit: 2, actual: 6 }],
    ['fine sound', sound({ sampleRateHz: 96_000 }), { code: 'sample_rate_too_high', limit: 48_000, actual: 96_000 }],
    ['a reel of a hair', shape(reel, 9, 1_920), { code: 'aspect_ratio_unsupported', limit: 0.01, actual: 0 }],
    ['a reel of a ribbon', shape(reel, 1_920, 190), { code: 'aspect_ratio_unsupported', limit: 10, actual: 10.11 }],
    ['a story of a pole', shape(story, 170, 1_920), { code: 'aspect_ratio_unsupported', limit: 0.1, actual: 0.09 }],
    ['a story of a ribbon', shape(story, 1_920, 190), { code: 'aspect_ratio_unsupported', limit: 10, actual: 10.11 }],
    [
      'a large story',
      { ...story, assets: [{ ...video, sizeBytes: 100_000_001 }] },
      { code: 'too_large', limit: 100_000_000 },
    ],
    [
      'a short story',
      { ...story, assets: [sampleAsset('mp4', { mediaInfo: { durationSeconds: 2 } })] },
      { code: 'too_short', limit: 3 },
    ],
    [
      'a portrait video in a carousel',
      { ...carousel, assets: [image, video] },
      { code: 'aspect_ratio_unsupported', path: 'assets/1' },
    ],
    [
      'a cover that is a video',
      { ...reel, assets: [video, video], settings: { coverAsset: 1 } },
      { code: 'media_unsupported', path: 'assets/1' },
    ],
    [
      'a cover that is not there',
      { ...reel, settings: { coverAsset: 4 } },
      { code: 'media_missing', path: 'settings/coverAsset' },
    ],
    [
      'a moment after the end',
      { ...reel, settings: { thumbOffsetMs: 5_000 } },
      { code: 'too_late', path: 'settings/thumbOffsetMs' },
    ],
    [
      'the moment of a cover of a carousel without a video',
      { ...carousel, settings: { thumbOffsetMs: 0 } },
      {
        code: 'not_supported',
        path: 'settings/thumbOffsetMs',
        fix: 'remove',
        message: 'thumbOffsetMs is for videos; this carousel has none.',
      },
    ],
    [
      'four collaborators',
      { ...post, settings: { collaborators: ['a', 'b', 'c', 'd'] } },
      { code: 'too_many', limit: 3, actual: 4 },
    ],
    [
      'three sponsors',
      { ...post, settings: { sponsorIds: ['1', '2', '3'] } },
      { code: 'too_many', limit: 2, actual: 3 },
    ],
    [
      'a tag without a place',
      { ...post, settings: { userTags: [{ username: 'bea', x: 0.5 }] } },
      { code: 'missing', path: 'settings/userTags/0/y' },
    ],
    [
      'a tag with a place in a video',
      { ...reel, settings: { userTags: [{ username: 'bea', x: 0, y: 0 }] } },
      { code: 'not_supported', path: 'settings/userTags/0' },
    ],
    [
      'a tag in a file that is not there',
      { ...post, settings: { userTags: [{ username: 'bea', x: 0, y: 0, asset: 3 }] } },
      { code: 'media_missing' },
    ],
    [
      'a setting of reels on an image',
      { ...post, settings: { shareToFeed: false } },
      { code: 'not_supported', path: 'settings/shareToFeed' },
    ],
    [
      'a place of a story',
      { ...story, settings: { placement: 'story', locationId: '7' } },
      { code: 'not_supported', path: 'settings/locationId' },
    ],
    [
      'licensed sound over silence',
      {
        ...reel,
        assets: [sampleAsset('mp4', { mediaInfo: { audio: undefined } as object })],
        settings: { audio: { audioId: '1' } },
      },
      { code: 'audio_missing' },
    ],
    ['an empty comment', { ...comment, text: ' ' }, { code: 'missing', path: 'text' }],
    ['a long comment', { ...comment, text: 'a'.repeat(301) }, { code: 'too_long', limit: 300 }],
    [
      'a comment with five hashtags',
      { ...comment, text: '#a #b #c #d #e and more' },
      { code: 'too_many_hashtags', path: 'text', limit: 4, actual: 5 },
    ],
    [
      'a comment with two links',
      { ...comment, text: 'See https://a.example and https://b.example' },
      { code: 'too_many_urls' },
    ],
    ['a comment in capitals', { ...comment, text: 'BUY NOW' }, { code: 'all_capitals' }],
    [
      'a first comment of a story',
      { ...comment, settings: { placement: 'story' } },
      { code: 'not_supported', path: 'text', fix: 'remove' },
    ],
    ['a comment with a picture', { ...comment, assets: [image] }, { code: 'too_many', path: 'assets' }],
  ])('%s', (_, part, problem) => {
    expect(checkPart(part, undefined)).toEqual(expect.arrayContaining([expect.objectContaining(problem)]))
  })
})

test('all problems are found at once', () => {
  const problems = checkPart(
    { ...post, rating: 'adult', text: '#a '.repeat(800), assets: [sampleAsset('png')] },
    undefined,
  )
  expect(problems.map(({ code }) => code)).toEqual([
    'adult_forbidden',
    'too_long',
    'too_many_hashtags',
    'format_unsupported',
  ])
})
