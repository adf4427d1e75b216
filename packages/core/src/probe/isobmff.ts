import type { BoundedReader } from './bounded-reader.ts'
import { ascii, concatBytes, uint32, uint64 } from './bytes.ts'
import { Unreadable } from './unreadable.ts'

/** One box of the ISO base media file format (ISO/IEC 14496-12), of which MP4 and MOV files consist. Offsets in the file. */
export interface Box {
  readonly type: string
  readonly start: number
  readonly contentStart: number
  readonly end: number
}

const nestingMessage = 'The file contradicts itself: a box is larger than the one around it.'
/** Boxes visited in one file; a long recording in fragments has some thousands. */
const boxesMax = 100_000

export interface BoxReader {
  readonly reader: BoundedReader
  /** The boxes between two offsets, in order. A box that reaches beyond `end` is a file that was cut off. */
  boxes(start: number, end: number): AsyncGenerator<Box>
}

export function createBoxReader(reader: BoundedReader): BoxReader {
  let visited = 0
  return {
    reader,
    async *boxes(start, end) {
      let offset = start
      while (offset + 8 <= end) {
        visited += 1
        if (visited > boxesMax) throw new Unreadable('limit_exceeded', 'The file consists of too many pieces.')
        const box = await readBox(reader, offset, end)
        yield box
        offset = box.end
      }
    },
  }
}

async function readBox(reader: BoundedReader, start: number, limit: number): Promise<Box> {
  const header = await reader.read(start, Math.min(16, limit - start))
  const type = ascii(header, 4, 4)
  const declared = uint32(header, 0)
  // Size 0 reaches to the end; size 1 announces a size of 64 bits.
  const size = declared === 0 ? limit - start : declared === 1 ? uint64(header, 8) : declared
  const contentStart = start + (declared === 1 ? 16 : 8)
  const end = start + size
  if (end < contentStart)
    throw new Unreadable('damaged', 'The file contradicts itself: a box is smaller than its header.')
  if (end > limit) {
    const message = limit === reader.sizeBytes ? 'The file is cut off: its end is missing.' : nestingMessage
    throw new Unreadable('damaged', message)
  }
  return { type, start, contentStart, end }
}

function printable(type: string): string {
  return type.replace(/[^ -~]/g, '?')
}

/** The first child of each type. */
export async function readChildren({ boxes }: BoxReader, parent: Box): Promise<ReadonlyMap<string, Box>> {
  const children = new Map<string, Box>()
  for await (const child of boxes(parent.contentStart, parent.end)) {
    if (!children.has(child.type)) children.set(child.type, child)
  }
  return children
}

/** The content of a box that describes, not holds, media: larger than `bytesMax` is no honest file. */
export async function readContent({ reader }: BoxReader, box: Box, bytesMax: number): Promise<Uint8Array> {
  const length = box.end - box.contentStart
  if (length > bytesMax) {
    throw new Unreadable(
      'limit_exceeded',
      `The file's "${printable(box.type)}" has ${length} bytes; ${bytesMax} are read.`,
    )
  }
  return reader.read(box.contentStart, length)
}

/** Writes a box. */
export function toBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content)
  const box = new Uint8Array(8 + body.length)
  new DataView(box.buffer).setUint32(0, box.length)
  box.set(
    Uint8Array.from(type, (character) => character.charCodeAt(0)),
    4,
  )
  box.set(body, 8)
  return box
}
