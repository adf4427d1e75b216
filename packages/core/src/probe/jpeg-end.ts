import type { BoundedReader } from './bounded-reader.ts'
import { uint16 } from './bytes.ts'
import { isLimit, Unreadable } from './unreadable.ts'

const chunkBytes = 262_144
const endOfImage = 0xffd9

/**
 * Refuses a JPEG whose picture does not come to its end marker. What follows it is nobody's business: cameras put previews, depths and videos there.
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf Annex B
 */
export async function requireJpegEnd(reader: BoundedReader): Promise<void> {
  // Nearly every JPEG ends with its picture: then two bytes say everything.
  if (uint16(await reader.read(reader.sizeBytes - 2, 2), 0) === endOfImage) return
  try {
    let offset = 2
    for (;;) {
      const marker = await findMarker(reader, offset)
      if (marker.code === endOfImage) return
      // Restart markers and stuffed bytes are no segments, and are not found; every other marker has a length.
      offset = marker.end + uint16(await reader.read(marker.end, 2), 0)
    }
  } catch (error) {
    if (isLimit(error)) return
    throw error
  }
}

/** The next marker that begins a segment or ends the picture. Between two segments lies nothing, or the bytes of a scan. */
async function findMarker(reader: BoundedReader, start: number): Promise<{ code: number; end: number }> {
  let offset = start
  let last: number | undefined
  while (offset < reader.sizeBytes) {
    const chunk = await reader.readSome(offset, chunkBytes)
    const [first] = chunk
    if (last === 0xff && isMarker(first)) return { code: toCode(first), end: offset + 1 }
    for (let at = chunk.indexOf(0xff); at !== -1; at = chunk.indexOf(0xff, at + 1)) {
      const next = chunk[at + 1]
      if (isMarker(next)) return { code: toCode(next), end: offset + at + 2 }
    }
    last = chunk.at(-1)
    offset += chunk.length
  }
  throw new Unreadable('damaged', 'The JPEG is cut off: its end is missing.')
}

const toCode = (byte: number): number => 0xff00 + byte

/** Not a stuffed zero, TEM, a restart marker or a fill byte. */
function isMarker(byte: number | undefined): byte is number {
  return byte !== undefined && byte > 0x01 && byte < 0xff && !(byte >= 0xd0 && byte <= 0xd7)
}
