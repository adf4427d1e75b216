import { sampleAsset } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'
import { countGifFrames } from './count-gif-frames.ts'

const header = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
const image = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
const delay = [0x21, 0xf9, 4, 0, 10, 0, 0, 0]
const end = 0x3b

test('counts the images of a GIF, with and without delays between them', () => {
  expect(countGifFrames(Buffer.from([...header, ...image, end]))).toBe(1)
  expect(countGifFrames(Buffer.from([...header, ...delay, ...image, ...delay, ...image, ...image, end]))).toBe(3)
  expect(countGifFrames(Buffer.from(sampleAsset('gif').bytes))).toBeGreaterThan(0)
})

test('counts what is there of a cut or wrong file', () => {
  expect(countGifFrames(Buffer.from([...header, ...image, ...image.slice(0, 5)]))).toBe(2)
  expect(countGifFrames(Buffer.from([...header, 0]))).toBe(0)
  expect(countGifFrames(Buffer.alloc(0))).toBe(0)
})
