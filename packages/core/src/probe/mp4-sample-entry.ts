import { ascii, uint16, uint32 } from './bytes.ts'
import { toBox } from './isobmff.ts'
import { Unreadable } from './unreadable.ts'

export type TrackHandler = 'vide' | 'soun'

/** Boxes of a sample entry that describe the codec, its colours and its pixels; all are leaves. */
const codecBoxes = [
  'avcC',
  'hvcC',
  'vpcC',
  'av1C',
  'colr',
  'pasp',
  'btrt',
  'esds',
  'dOps',
  'dfLa',
  'dac3',
  'dec3',
  'pcmC',
  'enda',
  'frma',
]
const codecBoxBytesMax = 16_384

/**
 * Copies a sample description (`stsd`) down to its first entry and that entry's known leaves. What is left cannot nest, so that a parser
 * of it does work in proportion to its bytes, whatever the file says.
 */
export function keepFirstEntry(description: Uint8Array, handler: TrackHandler): Uint8Array {
  const entry = firstEntry(description)
  const type = ascii(entry, 4, 4)
  const headerBytes = 8 + (handler === 'vide' ? 78 : soundHeaderBytes(description, entry))
  if (entry.length < headerBytes) throw new Unreadable('damaged', 'The file contradicts itself: a codec is cut off.')
  const kept = toBox(type, entry.subarray(8, headerBytes), ...keepLeaves(entry.subarray(headerBytes)))
  // A Buffer's slice is no copy: it would be the file itself that is written to.
  const start = Uint8Array.from(description.subarray(0, 8))
  new DataView(start.buffer).setUint32(4, 1)
  return toBox('stsd', start, kept)
}

function firstEntry(description: Uint8Array): Uint8Array {
  const size = uint32(description, 8)
  if (uint32(description, 4) === 0 || size < 16 || 8 + size > description.length) {
    throw new Unreadable('damaged', 'The file does not say how a track is coded.')
  }
  return description.subarray(8, 8 + size)
}

/** QuickTime extends the header of sound by its version. */
function soundHeaderBytes(description: Uint8Array, entry: Uint8Array): number {
  const version = uint32(description, 0) >= 2 ** 24 ? 0 : uint16(entry, 16)
  return version === 1 ? 44 : version === 2 ? 64 : 28
}

function keepLeaves(bytes: Uint8Array): readonly Uint8Array[] {
  const kept: Uint8Array[] = []
  for (let offset = 0; offset + 8 <= bytes.length; ) {
    const size = uint32(bytes, offset)
    const type = ascii(bytes, offset + 4, 4)
    // QuickTime ends such lists with four zero bytes, and some writers with garbage.
    if (size < 8 || offset + size > bytes.length) break
    const content = bytes.subarray(offset + 8, offset + size)
    if (type === 'wave') kept.push(...keepLeaves(content))
    else if (codecBoxes.includes(type) && size <= codecBoxBytesMax) kept.push(toBox(type, content))
    offset += size
  }
  return kept
}
