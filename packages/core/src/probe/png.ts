import type { BoundedReader } from './bounded-reader.ts'
import { ascii, uint16, uint32 } from './bytes.ts'
import { readOrientation } from './exif-orientation.ts'
import type { ImageExtras } from './image-extras.ts'
import { isLimit, Unreadable } from './unreadable.ts'

const exifBytesMax = 65_536

/** The last chunk, with its checksum. */
const endChunk = '\0\0\0\0IEND\xae\x42\x60\x82'

/**
 * Reads what stands around the picture of a PNG, and refuses one that does not come to its end. One that ends with its last chunk, and is not animated
 * (`acTL`), is not read beyond the start of its picture.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export async function readPngChunks(reader: BoundedReader): Promise<ImageExtras> {
  const found: PngFacts = { hasPicture: false, isAnimated: false, frames: 0, seconds: 0 }
  try {
    await readChunks(reader, found)
  } catch (error) {
    if (!isLimit(error) || !(found.isAnimated || found.hasPicture)) throw error
    return { ...(found.orientation && { orientation: found.orientation }), ...(found.isAnimated && { animation: {} }) }
  }
  const { orientation, isAnimated, frames, seconds } = found
  const animation = { frameCount: frames, durationSeconds: seconds }
  return { ...(orientation && { orientation }), ...(isAnimated && frames > 1 && { animation }) }
}

interface PngFacts {
  hasPicture: boolean
  isAnimated: boolean
  frames: number
  seconds: number
  orientation?: number | undefined
}

async function readChunks(reader: BoundedReader, found: PngFacts): Promise<void> {
  const { sizeBytes } = reader
  for (let offset = 8; offset + 12 <= sizeBytes; ) {
    const header = await reader.read(offset, 8)
    const length = uint32(header, 0)
    const type = ascii(header, 4, 4)
    if (type === 'IEND') return
    if (!/^[A-Za-z]{4}$/.test(type))
      throw new Unreadable('damaged', 'The PNG contradicts itself: a piece of it has no type.')
    if (type === 'IDAT' && !found.hasPicture && !found.isAnimated && (await endsWhole(reader))) return
    if (type === 'IDAT') found.hasPicture = true
    if (type === 'acTL') found.isAnimated = true
    if (type === 'eXIf' && length <= exifBytesMax)
      found.orientation = readOrientation(await reader.read(offset + 8, length))
    if (type === 'fcTL') {
      const control = await reader.read(offset + 8, 26)
      found.frames += 1
      found.seconds += uint16(control, 20) / (uint16(control, 22) || 100)
    }
    offset += 12 + length
  }
  throw new Unreadable('damaged', 'The PNG is cut off: its end is missing.')
}

async function endsWhole(reader: BoundedReader): Promise<boolean> {
  const tail = await reader.read(reader.sizeBytes - endChunk.length, endChunk.length)
  return ascii(tail, 0, endChunk.length) === endChunk
}
