import { describe, expect, test } from 'vitest'
import { readFixture, sourceOf } from './__fixtures__/fixture.ts'
import { concatBytes } from './bytes.ts'
import { probe } from './probe.ts'

const cutOff = {
  kind: 'unknown',
  reason: { code: 'damaged', message: expect.stringMatching(/is cut off|ends earlier|no picture/) },
}
const readable = { kind: 'image', widthPixels: 64, heightPixels: 48 }

describe('a file whose end is missing', () => {
  test.each([
    'picture.jpg',
    'picture.png',
    'animated.png',
    'picture.gif',
    'animated.gif',
    'picture.webp',
    'animated.webp',
    'h264-aac.mp4',
    'hevc-10-bit.mov',
    'fragmented.mp4',
    'vp9-opus.webm',
  ])('is damaged: %s', async (name) => {
    const whole = readFixture(name)
    for (const share of [0.5, 0.7, 0.9]) {
      expect(await probe(sourceOf(whole.subarray(0, Math.floor(whole.length * share))))).toMatchObject(cutOff)
    }
  })

  test.each(['picture.jpg', 'picture.png'])('is damaged by its last byte, too: %s', async (name) => {
    expect(await probe(sourceOf(readFixture(name).subarray(0, -1)))).toMatchObject(cutOff)
  })

  test('is no other picture inside of it: the previews of a JPEG have ends of their own', async () => {
    const whole = readFixture('picture.jpg')
    const preview = concatBytes([Uint8Array.of(0xff, 0xe2, 0x01, 0x02), new Uint8Array(254), Uint8Array.of(0xff, 0xd9)])
    const withPreview = concatBytes([whole.subarray(0, 2), preview, whole.subarray(2)])
    expect(await probe(sourceOf(withPreview))).toMatchObject(readable)
    expect(await probe(sourceOf(withPreview.subarray(0, -300)))).toMatchObject(cutOff)
  })
})

describe('what follows a picture that is whole', () => {
  const followers = {
    zeros: new Uint8Array(100_000),
    'a cut picture': readFixture('picture.jpg').subarray(0, -200),
    'a video': readFixture('h264-aac.mp4'),
    text: new TextEncoder().encode('\nmade by a camera'),
    'a single byte': Uint8Array.of(0xff),
  }
  test.each(Object.entries(followers))('is of no interest: %s', async (_, follower) => {
    for (const name of ['picture.jpg', 'picture.png']) {
      const bytes = concatBytes([readFixture(name), follower])
      expect(await probe(sourceOf(bytes))).toMatchObject({ ...readable, sizeBytes: bytes.length })
    }
  })

  test('is not read where the file ends with its picture', async () => {
    for (const name of ['picture.jpg', 'picture.png']) {
      const whole = readFixture(name)
      const source = sourceOf(concatBytes([whole, new Uint8Array(40_000_000), whole.subarray(-12)]))
      expect(await probe(source)).toMatchObject(readable)
      expect(source.bytesRead()).toBeLessThan(100_000)
    }
  })

  test('is believed where looking for the end would read too much', async () => {
    for (const name of ['picture.jpg', 'picture.png']) {
      const whole = readFixture(name)
      const long = concatBytes([whole.subarray(0, -12), new Uint8Array(300_000)])
      expect((await probe(sourceOf(long), { bytesReadMax: 200_000 })).kind).toBe(
        name === 'picture.jpg' ? 'image' : 'unknown',
      )
    }
  })
})

test('a progressive JPEG with many scans and restart markers ends where it says', async () => {
  const whole = readFixture('picture.jpg')
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xff, 0xd7, 5]
  const many = concatBytes([whole.subarray(0, -2), Uint8Array.from(Array(500).fill(scan).flat())])
  expect(await probe(sourceOf(many))).toMatchObject(cutOff)
  expect(await probe(sourceOf(concatBytes([many, Uint8Array.of(0xff, 0xd9, 0)])))).toMatchObject(readable)
})
