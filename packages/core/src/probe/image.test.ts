import { describe, expect, test } from 'vitest'
import { readFixture, sourceOf } from './__fixtures__/fixture.ts'
import { concatBytes } from './bytes.ts'
import { probe } from './probe.ts'

const landscape = { kind: 'image', widthPixels: 64, heightPixels: 48 }
const portrait = { kind: 'image', widthPixels: 48, heightPixels: 64 }

describe('orientation', () => {
  for (const order of ['II', 'MM'] as const) {
    test.each([1, 2, 3, 4])(`${order} %d keeps width and height`, async (orientation) => {
      expect(await probe(sourceOf(jpegWith(exif(order, orientation))))).toMatchObject(landscape)
    })
    test.each([5, 6, 7, 8])(`${order} %d exchanges width and height`, async (orientation) => {
      expect(await probe(sourceOf(jpegWith(exif(order, orientation))))).toMatchObject(portrait)
    })
  }

  test('counts in PNG and WebP too', async () => {
    const block = exif('MM', 6)
    expect(await probe(sourceOf(pngWith('eXIf', block)))).toMatchObject(portrait)
    expect(await probe(sourceOf(extendedWebp(block)))).toMatchObject(portrait)
    expect(await probe(sourceOf(extendedWebp(concatBytes([ascii('Exif\0\0'), block]))))).toMatchObject(portrait)
  })

  test.each([
    ['0, which means nothing', exif('II', 0)],
    ['9, which means nothing', exif('II', 9)],
    ['in a directory that lies outside', Uint8Array.of(0x49, 0x49, 0x2a, 0, 0xff, 0xff, 0xff, 0xff)],
    ['in a block that is cut off', exif('II', 6).subarray(0, 15)],
    ['in a block without a byte order', new Uint8Array(40)],
    ['in an empty block', new Uint8Array(0)],
  ])('%s is ignored', async (_, block) => {
    expect(await probe(sourceOf(jpegWith(block)))).toMatchObject(landscape)
  })
})

describe('JPEG', () => {
  test('is understood behind previews and profiles of any size', async () => {
    const whole = readFixture('picture.jpg')
    for (const segments of [1, 20, 100]) {
      const filler = Array.from({ length: segments }, () => segment(0xe2, new Uint8Array(65_000)))
      const bytes = concatBytes([whole.subarray(0, 2), ...filler, whole.subarray(2)])
      expect(await probe(sourceOf(bytes))).toMatchObject(landscape)
    }
  })

  test('that never comes to its picture is damaged', async () => {
    const filler = Array.from({ length: 140 }, () => segment(0xe2, new Uint8Array(65_000)))
    const source = sourceOf(concatBytes([Uint8Array.of(0xff, 0xd8), ...filler]))
    expect(await probe(source)).toMatchObject({ kind: 'unknown', reason: { code: 'damaged' } })
    expect(source.bytesRead()).toBeLessThan(10_000_000)
  })
})

describe('animation', () => {
  test('is known without its numbers when counting would read too much', async () => {
    const gif = readFixture('animated.gif')
    const frames = gif.subarray(gif.indexOf(0x21, 13 + 768), gif.length - 1)
    const long = concatBytes([gif.subarray(0, gif.length - 1), ...Array(300).fill(frames), gif.subarray(-1)])
    expect(await probe(sourceOf(long))).toMatchObject({ animation: { frameCount: 5 * 301 } })
    expect(await probe(sourceOf(long), { bytesReadMax: 100_000 })).toEqual({
      kind: 'image',
      type: 'image/gif',
      format: 'gif',
      sizeBytes: long.length,
      widthPixels: 32,
      heightPixels: 24,
      animation: {},
    })
  })

  test('of a GIF without delays is shown at ten frames a second, as players do', async () => {
    const gif = readFixture('animated.gif')
    for (let at = gif.indexOf(0xf9); at !== -1; at = gif.indexOf(0xf9, at + 1)) {
      if (gif[at - 1] === 0x21 && gif[at + 1] === 4) gif.set([0, 0], at + 3)
    }
    expect(await probe(sourceOf(gif))).toMatchObject({ animation: { frameCount: 5, durationSeconds: 0.5 } })
  })
})

function exif(order: 'II' | 'MM', orientation: number): Uint8Array {
  const block = new DataView(new ArrayBuffer(26))
  const little = order === 'II'
  block.setUint16(0, little ? 0x4949 : 0x4d4d)
  block.setUint16(2, 42, little)
  block.setUint32(4, 8, little)
  block.setUint16(8, 1, little)
  block.setUint16(10, 0x0112, little)
  block.setUint16(12, 3, little)
  block.setUint32(14, 1, little)
  block.setUint16(18, orientation, little)
  return new Uint8Array(block.buffer)
}

function jpegWith(block: Uint8Array): Uint8Array {
  const whole = readFixture('picture.jpg')
  return concatBytes([whole.subarray(0, 2), segment(0xe1, concatBytes([ascii('Exif\0\0'), block])), whole.subarray(2)])
}

function segment(marker: number, content: Uint8Array): Uint8Array {
  const length = content.length + 2
  return concatBytes([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), content])
}

function pngWith(type: string, content: Uint8Array): Uint8Array {
  const whole = readFixture('picture.png')
  const chunk = concatBytes([uint32(content.length), ascii(type), content, uint32(0)])
  return concatBytes([whole.subarray(0, 33), chunk, whole.subarray(33)])
}

function extendedWebp(block: Uint8Array): Uint8Array {
  const header = Uint8Array.of(0x08, 0, 0, 0, 63, 0, 0, 47, 0, 0)
  const body = concatBytes([ascii('WEBP'), riffChunk('VP8X', header), riffChunk('EXIF', block)])
  return riffChunk('RIFF', body)
}

function riffChunk(type: string, content: Uint8Array): Uint8Array {
  return concatBytes([ascii(type), uint32(content.length).reverse(), content, new Uint8Array(content.length % 2)])
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
