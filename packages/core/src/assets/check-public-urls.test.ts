import { describe, expect, test } from 'vitest'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createMemoryFiles } from '../testing/memory-files.ts'
import { sampleAsset } from '../testing/sample-asset.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { withPublicUrlCheck } from './check-public-urls.ts'

const { adapter: sending } = createScriptedPlatform('container', { now: () => 0 })
const fetching: PlatformAdapter = { ...sending, fetchesAssets: ({ assets }) => assets.length > 0 }
const part = {
  kind: 'post',
  index: 0,
  text: 'Hi',
  assets: [sampleAsset('jpeg')],
  settings: {},
  rating: 'general',
} as const
const files = createMemoryFiles()
const check = (adapter: PlatformAdapter, stored: Parameters<typeof withPublicUrlCheck>[1]) =>
  withPublicUrlCheck(adapter, stored).checkPart(part, undefined)

describe('a platform that fetches files itself', () => {
  test.each([undefined, files])('is a problem where the host has no public URLs', (stored) => {
    expect(check(fetching, stored)).toMatchObject([{ code: 'public_url_missing', path: 'assets' }])
  })

  test('is none where the host has them, or there is nothing to fetch', () => {
    expect(check(fetching, { ...files, publicUrl: async () => 'https://media.example/a' })).toEqual([])
    expect(withPublicUrlCheck(fetching, files).checkPart({ ...part, assets: [] }, undefined)).toEqual([])
  })
})

test('a platform that is sent the bytes needs no public URLs', () => {
  expect(check(sending, files)).toEqual([])
})
