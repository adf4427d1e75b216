import type { PartRequest } from '@ofm-social/core'
import { platformContract, sampleAsset } from '@ofm-social/core/testing'
import { test } from 'vitest'
import { createMastodonAdapter } from './mastodon-adapter.ts'
import { startMastodonStandIn } from './mastodon-stand-in.ts'
import type { MastodonSettings } from './settings.ts'

const text: PartRequest<MastodonSettings> = {
  kind: 'post',
  index: 0,
  text: 'First light',
  assets: [],
  settings: {},
  rating: 'general',
}
const images = { ...text, assets: [sampleAsset('jpeg', { id: 'a' }), sampleAsset('png'), sampleAsset('mp4')] }
const unlisted = { ...text, settings: { visibility: 'unlisted' as const } }
const reply: PartRequest<MastodonSettings> = { ...text, kind: 'thread', index: 1, text: 'Second light' }
const tooLong = { ...text, text: 'a'.repeat(501) }

for (const { name, run } of platformContract({
  createAdapter: (baseUrl) => createMastodonAdapter({ baseUrl }),
  createStandIn: startMastodonStandIn,
  validPosts: { text, images, unlisted, reply },
  invalidPosts: { tooLong },
})) {
  test(name, run)
}
