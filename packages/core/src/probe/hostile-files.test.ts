import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MediaInfo } from '../model/media-info.ts'
import { readFixture, sourceOf } from './__fixtures__/fixture.ts'
import { concatBytes } from './bytes.ts'
import { elementIds, toElement } from './ebml.ts'
import { toBox } from './isobmff.ts'
import { probe } from './probe.ts'

const names = [
  'h264-aac.mp4',
  'index-last.mp4',
  'fragmented.mp4',
  'hevc-10-bit.mov',
  'av1.mp4',
  'vp9-opus.webm',
  'streamed.webm',
  'sound.m4a',
  'picture.jpg',
  'picture.png',
  'picture.webp',
  'picture.gif',
  'animated.png',
  'animated.gif',
  'animated.webp',
]
const bytesReadMax = 1_000_000
const runs = { numRuns: 150 }
const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe.each(names)('%s', (name) => {
  const whole = readFixture(name)
  const at = (share: number) => Math.floor(share * whole.length)

  test('cut off anywhere ends in facts or a reason', async () => {
    await fc.assert(
      fc.asyncProperty(position, async (share) => {
        await endsWell(whole.subarray(0, at(share)))
      }),
      runs,
    )
  })

  test('with flipped bits ends in facts or a reason', async () => {
    const flips = fc.array(fc.tuple(position, fc.nat(7)), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(flips, async (all) => {
        const bytes = whole.slice()
        for (const [share, bit] of all) bytes[at(share)] = (bytes[at(share)] ?? 0) ^ (1 << bit)
        await endsWell(bytes)
      }),
      runs,
    )
  })

  test('with absurd numbers in it ends in facts or a reason', async () => {
    const absurd = fc.constantFrom(
      [0, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 7],
      [0xff, 0xff, 0xff, 0xff],
      [0x7f, 0xff, 0xff, 0xff],
      [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0, 0, 0, 0, 0],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(position, absurd), { minLength: 1, maxLength: 4 }), async (all) => {
        const bytes = whole.slice()
        for (const [share, numbers] of all) bytes.set(numbers.slice(0, whole.length - at(share)), at(share))
        await endsWell(bytes)
      }),
      runs,
    )
  })

  test('with pieces of it repeated or exchanged ends in facts or a reason', async () => {
    const pieces = fc.array(fc.tuple(position, position, position), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const bytes = whole.slice()
        for (const [from, to, length] of all) {
          const piece = bytes.slice(at(from), at(from) + Math.floor(length * 64))
          bytes.set(piece.subarray(0, whole.length - at(to)), at(to))
        }
        await endsWell(bytes)
      }),
      runs,
    )
  })
})

test('random bytes behind the first bytes of a format end in facts or a reason', async () => {
  const starts = names
    .map((name) => readFixture(name))
    .flatMap((bytes) => [bytes.subarray(0, 16), bytes.subarray(0, 48)])
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 2000 }), async (start, rest) => {
      await endsWell(concatBytes([start, rest]))
    }),
    { numRuns: 1000 },
  )
})

describe('files made to keep a parser busy', () => {
  test('sample descriptions in sample descriptions, each of which counts four thousand million entries', async () => {
    const tiny = toBox('stsd', Uint8Array.of(0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff))
    const nested = (depth: number): Uint8Array => {
      const inner = depth === 0 ? [] : [nested(depth - 1)]
      const entry = toBox('avc1', new Uint8Array(78), ...Array(400).fill(tiny), ...inner)
      return toBox('stsd', Uint8Array.of(0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff), entry)
    }
    const info = await endsWell(movieWith({ stsd: nested(6) }))
    expect(info).toMatchObject({ kind: 'unknown', reason: { code: 'damaged' } })
  })

  test('sample tables of more samples than memory holds', async () => {
    const run = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1)
    const table = concatBytes([
      toBox('stts', run),
      toBox('ctts', run),
      toBox('stz2', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)),
    ])
    const whole = readFixture('index-last.mp4')
    const start = Buffer.from(whole).indexOf('stts') - 4
    expect(start).toBeGreaterThan(0)
    const info = await endsWell(movieWith({ stsd: sampleDescriptionOf(whole), table }))
    expect(info).toMatchObject({ kind: 'video', videoCodec: 'h264' })
  })

  test('fragments with more runs of samples than one fragment has', async () => {
    const header = concatBytes([uint32(0), uint32(1)])
    const run = toBox('trun', uint32(0x100), uint32(200_000), new Uint8Array(800_000))
    const traf = toBox('traf', toBox('tfhd', header), toBox('tfdt', uint32(0), uint32(0)), run, run, run)
    const movie = movieWith({ stsd: sampleDescriptionOf(readFixture('index-last.mp4')) })
    const info = await endsWell(concatBytes([movie, toBox('moof', traf)]), 5_000_000)
    expect(info).toMatchObject({ kind: 'unknown', reason: { code: 'limit_exceeded' } })
  })

  test('boxes in boxes in boxes', async () => {
    let bomb = toBox('trak')
    for (let depth = 0; depth < 3000; depth += 1) bomb = toBox(depth % 2 ? 'trak' : 'mdia', bomb)
    await endsWell(concatBytes([toBox('ftyp', Buffer.from('isom')), toBox('moov', bomb)]))
  })

  test('more boxes than any recording has', async () => {
    const empty = toBox('free')
    const many = new Uint8Array(120_000 * empty.length)
    for (let offset = 0; offset < many.length; offset += empty.length) many.set(empty, offset)
    const info = await endsWell(concatBytes([toBox('ftyp', Buffer.from('isom')), many]), 2_000_000)
    expect(info).toMatchObject({ reason: { code: 'limit_exceeded', message: 'The file consists of too many pieces.' } })
  })

  test('more tracks than any video has', async () => {
    const track = movieTrack({ stsd: sampleDescriptionOf(readFixture('index-last.mp4')) })
    const moov = toBox('moov', toBox('mvhd', new Uint8Array(100)), ...Array(40).fill(track))
    expect(await endsWell(concatBytes([toBox('ftyp', Buffer.from('isom')), moov]))).toMatchObject({
      reason: { code: 'limit_exceeded' },
    })
  })

  test('clusters in clusters, and elements as large as they can be', async () => {
    const { ebml, segment, tracks, trackEntry } = elementIds
    const clusters = new Uint8Array(500_000)
    for (let offset = 0; offset + 5 <= clusters.length; offset += 5)
      clusters.set([0x1f, 0x43, 0xb6, 0x75, 0xff], offset)
    await endsWell(
      concatBytes([toElement(ebml), toElement(segment, toElement(tracks), clusters.subarray(0, 499_995))]),
      2_000_000,
    )
    const crowd = toElement(tracks, ...Array(40).fill(toElement(trackEntry)))
    expect(await endsWell(concatBytes([toElement(ebml), toElement(segment, crowd)]))).toMatchObject({
      reason: { code: 'limit_exceeded' },
    })
    const huge = concatBytes([
      toElement(ebml),
      Uint8Array.of(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0x16, 0x54, 0xae, 0x6b, 0x08, 0xff, 0xff, 0xff, 0xff),
    ])
    expect(await endsWell(huge)).toMatchObject({ reason: { code: 'limit_exceeded' } })
  })

  test.each([
    [0x7fffffff, { kind: 'image', widthPixels: 0x7fffffff, heightPixels: 0x7fffffff }],
    [0xffffffff, { kind: 'unknown', reason: { code: 'damaged' } }],
    [0, { kind: 'unknown', reason: { code: 'damaged' } }],
  ])('a PNG that claims %d pixels a side is only asked, never decoded', async (side, expected) => {
    const bytes = readFixture('picture.png')
    const view = new DataView(bytes.buffer)
    view.setUint32(16, side)
    view.setUint32(20, side)
    expect(await endsWell(bytes)).toMatchObject(expected)
  })

  test('a file without an end whose reads are all answered at once', async () => {
    const head = readFixture('animated.png')
    const start = Buffer.from(head).indexOf('IDAT') - 4
    const source = {
      sizeBytes: Number.MAX_SAFE_INTEGER,
      async read(offset: number, length: number) {
        // Behind the header follow chunks of no content, forever.
        const bytes = new Uint8Array(length).map((_, index) => (((offset + index - start) % 12) >> 2 === 1 ? 0x61 : 0))
        if (offset < start) bytes.set(head.subarray(offset, Math.min(start, offset + length)))
        return bytes
      },
    }
    const info = await probe(source, { timeoutMs: 20, bytesReadMax: Number.POSITIVE_INFINITY })
    expect(info).toEqual({
      kind: 'image',
      type: 'image/png',
      format: 'png',
      sizeBytes: source.sizeBytes,
      widthPixels: 32,
      heightPixels: 24,
      animation: {},
    })
  })
})

/** Probes within limits, and checks that what comes out can be stored and judged. */
async function endsWell(bytes: Uint8Array, limit = bytesReadMax): Promise<MediaInfo> {
  const source = sourceOf(bytes)
  const info = await probe(source, { bytesReadMax: limit, timeoutMs: 20_000 })
  expect(source.bytesRead()).toBeLessThanOrEqual(limit)
  expect(JSON.parse(JSON.stringify(info))).toEqual(info)
  expect(info.sizeBytes).toBe(bytes.length)
  if (info.kind === 'image' || info.kind === 'video') {
    for (const side of [info.widthPixels, info.heightPixels]) {
      expect(Number.isSafeInteger(side) && side > 0, `side of ${side}`).toBe(true)
    }
  }
  if (info.kind === 'video' || info.kind === 'audio') expect(info.durationSeconds ?? 1).toBeGreaterThanOrEqual(0)
  if (info.kind === 'unknown') expect(info.reason.message).toMatch(/^[A-Z][ -~]+\.$/)
  return info
}

function sampleDescriptionOf(file: Uint8Array): Uint8Array {
  const start = Buffer.from(file).indexOf('stsd') - 4
  return file.slice(start, start + new DataView(file.buffer).getUint32(start))
}

function movieTrack({ stsd, table = new Uint8Array(0) }: { stsd: Uint8Array; table?: Uint8Array }): Uint8Array {
  const handler = concatBytes([new Uint8Array(8), Buffer.from('vide'), new Uint8Array(13)])
  const mediaHeader = new Uint8Array(24)
  new DataView(mediaHeader.buffer).setUint32(12, 1000)
  const trackHeader = new Uint8Array(84)
  trackHeader[3] = 1
  trackHeader[15] = 1
  const matrix = new DataView(trackHeader.buffer)
  matrix.setUint32(40, 0x10000)
  matrix.setUint32(56, 0x10000)
  matrix.setUint32(72, 0x40000000)
  return toBox(
    'trak',
    toBox('tkhd', trackHeader),
    toBox('mdia', toBox('mdhd', mediaHeader), toBox('hdlr', handler), toBox('minf', toBox('stbl', stsd, table))),
  )
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

function movieWith(track: { stsd: Uint8Array; table?: Uint8Array }): Uint8Array {
  const movieHeader = new Uint8Array(100)
  const view = new DataView(movieHeader.buffer)
  view.setUint32(12, 1000)
  view.setUint32(36, 0x10000)
  view.setUint32(52, 0x10000)
  view.setUint32(68, 0x40000000)
  return concatBytes([
    toBox('ftyp', Buffer.from('isom\0\0\0\0')),
    toBox('moov', toBox('mvhd', movieHeader), movieTrack(track)),
  ])
}
