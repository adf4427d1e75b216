import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { probe } from '../probe/probe.ts'
import { type SampleKind, type SampleOverrides, sampleAsset } from './sample-asset.ts'

const landscape = { widthPixels: 1280, heightPixels: 720 }
const samples: readonly [SampleKind, SampleOverrides][] = [
  ['jpeg', {}],
  ['png', {}],
  ['gif', {}],
  ['mp4', {}],
  ['mp4', landscape],
]

test.each(samples)('a sample %s %o is what it says', async (kind, overrides) => {
  for (const more of [{}, { id: 'large', sizeBytes: 300_000 }]) {
    const asset = sampleAsset(kind, { ...overrides, ...more })
    expect(asset.mediaInfo).toMatchObject(overrides)
    const read = async (offset: number, length: number) => asset.bytes.subarray(offset, offset + length)
    expect(await probe({ sizeBytes: asset.bytes.length, read })).toEqual({
      ...asset.mediaInfo,
      sizeBytes: asset.bytes.length,
    })
    expect(asset.sha256).toBe(createHash('sha256').update(asset.bytes).digest('hex'))
  }
})

test('a sample has the pixels and the size that were asked for', () => {
  const asset = sampleAsset('png', { widthPixels: 33, heightPixels: 77, sizeBytes: 5000 })
  expect([asset.mediaInfo, asset.sizeBytes]).toMatchObject([{ widthPixels: 33, heightPixels: 77 }, 5000])
})

test('samples with two ids are two files, with one id the same', () => {
  expect(sampleAsset('jpeg', { id: 'a' }).sha256).not.toBe(sampleAsset('jpeg', { id: 'b' }).sha256)
  expect(sampleAsset('mp4', { id: 'a' })).toEqual(sampleAsset('mp4', { id: 'a' }))
})

test('a sample may be said to be what it is not', () => {
  const asset = sampleAsset('mp4', { mediaInfo: { durationSeconds: 9000, videoCodec: 'hevc' } })
  expect(asset.mediaInfo).toMatchObject({ kind: 'video', durationSeconds: 9000, videoCodec: 'hevc' })
})
