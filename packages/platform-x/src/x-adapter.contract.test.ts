import type { PartRequest } from '@ofm-social/core'
import { platformContract, sampleAsset } from '@ofm-social/core/testing'
import { test } from 'vitest'
import { startXEmulator } from './emulator/index.ts'
import type { XSettings } from './settings.ts'
import { createXAdapter } from './x-adapter.ts'

const post: PartRequest<XSettings> = {
  kind: 'post',
  index: 0,
  text: 'First light',
  assets: [],
  settings: {},
  rating: 'general',
}
const image = sampleAsset('jpeg', { altText: 'A dancer on a stage' })
const video = sampleAsset('mp4')
const subtitles = { languageCode: 'EN', displayName: 'English', srt: '1\n00:00:00,000 --> 00:00:01,000\nHi\n' }

const validPosts: Readonly<Record<string, PartRequest<XSettings>>> = {
  text: {
    ...post,
    text: 'First light & more: https://example.com/a?b=1 🔥',
    settings: { replySettings: 'following' },
  },
  image: { ...post, text: 'A picture', assets: [image], settings: { madeWithAi: true, paidPartnership: true } },
  images: {
    ...post,
    text: 'Four',
    assets: ['a', 'b', 'c', 'd'].map((id) => sampleAsset('png', { id })),
    rating: 'adult',
  },
  gif: { ...post, text: 'It moves', assets: [sampleAsset('gif')] },
  video: { ...post, text: '', assets: [video], settings: { subtitles: [subtitles] } },
  poll: { ...post, text: 'Which one first?', settings: { poll: { options: ['Red', 'Blue'], durationMinutes: 60 } } },
  thread: { ...post, kind: 'thread', index: 1, text: 'And on it goes' },
  comment: { ...post, kind: 'comment', index: 1, text: 'Link in bio: example.com' },
}

const invalidPosts: Readonly<Record<string, PartRequest<XSettings>>> = {
  'a text that is too long': { ...post, text: 'a'.repeat(281) },
  'nothing at all': { ...post, text: '' },
  'five images': { ...post, assets: [image, image, image, image, image] },
  'an image beside a video': { ...post, assets: [image, video] },
  'a video in HEVC': { ...post, assets: [sampleAsset('mp4', { mediaInfo: { videoCodec: 'hevc' } })] },
  'a poll with one answer': { ...post, settings: { poll: { options: ['Red'], durationMinutes: 60 } } },
  'a poll beside a picture': {
    ...post,
    assets: [image],
    settings: { poll: { options: ['Red', 'Blue'], durationMinutes: 60 } },
  },
  'a quote, which the plan does not allow': { ...post, settings: { quotePostId: '1' } },
  'two cashtags': { ...post, text: '$TSLA and $GOOG' },
}

const cases = platformContract({
  createAdapter: (baseUrl) => createXAdapter({ baseUrl, segmentBytes: 2_000 }),
  createStandIn: startXEmulator,
  validPosts,
  invalidPosts,
})

for (const { name, run } of cases) test(name, run)
