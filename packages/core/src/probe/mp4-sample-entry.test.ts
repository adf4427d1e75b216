import { expect, test } from 'vitest'
import { concatBytes } from './bytes.ts'
import { toBox } from './isobmff.ts'
import { keepFirstEntry } from './mp4-sample-entry.ts'

const avcC = toBox('avcC', new Uint8Array(20).fill(7))
const pasp = toBox('pasp', new Uint8Array(8).fill(1))
const esds = toBox('esds', new Uint8Array(30).fill(9))

test('keeps the first entry and what describes its codec', () => {
  const entry = toBox('avc1', new Uint8Array(78).fill(3), avcC, pasp)
  expect(keepFirstEntry(description(entry), 'vide')).toEqual(toBox('stsd', description(entry)))
  expect(keepFirstEntry(description(entry, toBox('hvc1', new Uint8Array(78))), 'vide')).toEqual(
    toBox('stsd', description(entry)),
  )
})

test('drops what could nest or is too long, and counts one entry whatever the file counts', () => {
  const nested = toBox('stsd', description(toBox('avc1', new Uint8Array(78))))
  const entry = toBox(
    'avc1',
    new Uint8Array(78),
    nested,
    toBox('colr', new Uint8Array(20_000)),
    avcC,
    toBox('trak', nested),
  )
  const many = description(entry)
  many.set([0xff, 0xff, 0xff, 0xff], 4)
  expect(keepFirstEntry(many, 'vide')).toEqual(toBox('stsd', description(toBox('avc1', new Uint8Array(78), avcC))))
})

test('leaves the bytes of the file alone, also where they are a Buffer, whose slice is no copy', () => {
  const bytes = concatBytes([Buffer.from('....ftyp'), description(toBox('avc1', new Uint8Array(78), avcC))])
  const before = bytes.slice()
  const file = Buffer.from(bytes.buffer)
  keepFirstEntry(file.subarray(8), 'vide')
  expect(bytes).toEqual(before)
})

test.each([
  [0, 28],
  [1, 44],
  [2, 64],
])('finds the codec of QuickTime sound of version %d, also within "wave"', (version, headerBytes) => {
  const header = new Uint8Array(headerBytes)
  header[9] = version
  const entry = toBox('mp4a', header, toBox('wave', toBox('frma', Buffer.from('mp4a')), esds), new Uint8Array(4))
  const kept = toBox('mp4a', header, toBox('frma', Buffer.from('mp4a')), esds)
  expect(keepFirstEntry(description(entry), 'soun')).toEqual(toBox('stsd', description(kept)))
})

test.each([
  ['no entry', new Uint8Array(8)],
  [
    'an entry that is larger than the list',
    description(Uint8Array.of(0, 1, 0, 0, 0x61, 0x76, 0x63, 0x31, 0, 0, 0, 0, 0, 0, 0, 0)),
  ],
  ['an entry without its header', description(toBox('avc1', new Uint8Array(40)))],
  ['nothing', new Uint8Array(0)],
])('takes a list with %s for damaged', (_, content) => {
  expect(() => keepFirstEntry(content, 'vide')).toThrow(expect.objectContaining({ code: 'damaged' }))
})

function description(...entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes([Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1), ...entries])
}
