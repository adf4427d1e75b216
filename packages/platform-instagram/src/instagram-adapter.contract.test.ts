import type { PartRequest } from '@ofm-social/core'
import { platformContract, sampleAsset } from '@ofm-social/core/testing'
import { describe, test } from 'vitest'
import { startInstagramEmulator } from './emulator/index.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramSettings } from './settings.ts'

type Part = PartRequest<InstagramSettings>

const image = sampleAsset('jpeg', { altText: 'A dancer on a stage' })
const video = sampleAsset('mp4')
const wideVideo = sampleAsset('mp4', { id: 'wide', widthPixels: 1280, heightPixels: 720 })
const square = { widthPixels: 1080, heightPixels: 1080 }
const post: Part = { kind: 'post', index: 0, text: 'First light', assets: [image], settings: {}, rating: 'general' }
const story: Part = { ...post, text: '', settings: { placement: 'story' } }

const reel: Part = { ...post, text: 'It moves', assets: [video], settings: { thumbOffsetMs: 0, shareToFeed: false } }
const mixed: Part = { ...post, text: 'Both', assets: [sampleAsset('jpeg', square), wideVideo] }
const comment: Part = { ...post, kind: 'comment', index: 1, text: 'More in bio', assets: [] }

const validPosts: Readonly<Record<string, Part>> = {
  image: {
    ...post,
    text: 'First light & more 🔥 @bea #dawn',
    settings: { userTags: [{ username: 'bea', x: 0.5, y: 0.8 }], collaborators: ['bea'], madeWithAi: true },
  },
  carousel: { ...post, text: 'Three', assets: ['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id, ...square })) },
  'mixed carousel': mixed,
  reel,
  story,
  comment,
}

const invalidPosts: Readonly<Record<string, Part>> = {
  'adult content': { ...post, rating: 'adult' },
  'a caption that is too long': { ...post, text: 'a'.repeat(2_201) },
  'no media': { ...post, assets: [] },
  'eleven images': { ...post, assets: Array.from({ length: 11 }, () => image) },
  'a PNG': { ...post, assets: [sampleAsset('png')] },
  'a tall image': { ...post, assets: [sampleAsset('jpeg', { widthPixels: 540, heightPixels: 960 })] },
  'a caption of a story': { ...story, text: 'Hi' },
}

describe('with the login through Instagram', () => {
  const cases = platformContract({
    createAdapter: (baseUrl) => createInstagramAdapter({ login: 'instagram', baseUrl, webhookFields: ['comments'] }),
    createStandIn: (options) => startInstagramEmulator({ ...options, login: 'instagram' }),
    validPosts,
    invalidPosts,
  })
  for (const { name, run } of cases) test(name, run)
})

describe('with the login through Facebook', () => {
  const cases = platformContract({
    createAdapter: (baseUrl) =>
      createInstagramAdapter({ login: 'facebook', baseUrl, videoUpload: 'resumable', webhookFields: ['feed'] }),
    createStandIn: (options) => startInstagramEmulator({ ...options, login: 'facebook' }),
    validPosts,
    invalidPosts,
  })
  for (const { name, run } of cases) test(name, run)
})

/** Where videos come from is all that is different: they are fetched unless the caller says otherwise. */
describe('with the login through Facebook, and videos that are fetched', () => {
  const cases = platformContract({
    createAdapter: (baseUrl) => createInstagramAdapter({ login: 'facebook', baseUrl }),
    createStandIn: (options) => startInstagramEmulator({ ...options, login: 'facebook' }),
    validPosts: { reel },
    invalidPosts: {},
  })
  for (const { name, run } of cases) test(name, run)
})
