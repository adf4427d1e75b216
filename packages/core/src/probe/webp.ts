import type { BoundedReader } from './bounded-reader.ts'
import { ascii, byteAt, uint24Little, uint32Little } from './bytes.ts'
import { readOrientation } from './exif-orientation.ts'
import type { ImageExtras } from './image-extras.ts'
import { isLimit, Unreadable } from './unreadable.ts'

const exifBytesMax = 65_536
const animationFlag = 0x02
const exifFlag = 0x08

/**
 * Reads what stands around the picture of an extended WebP; simple ones have nothing.
 *
 * @see https://developers.google.com/speed/webp/docs/riff_container
 */
export async function readWebpChunks(reader: BoundedReader): Promise<ImageExtras> {
  const head = await reader.read(0, 21)
  const end = 8 + uint32Little(head, 4)
  if (end > reader.sizeBytes) throw new Unreadable('damaged', 'The WebP is cut off: its end is missing.')
  const flags = ascii(head, 12, 4) === 'VP8X' ? byteAt(head, 20) : 0
  if ((flags & (animationFlag | exifFlag)) === 0) return {}
  const frames = { count: 0, milliseconds: 0 }
  let orientation: number | undefined
  try {
    for (let offset = 12; offset + 8 <= end; ) {
      const header = await reader.read(offset, 8)
      const type = ascii(header, 0, 4)
      const length = uint32Little(header, 4)
      if (type === 'EXIF' && length <= exifBytesMax)
        orientation = readOrientation(await reader.read(offset + 8, length))
      if (type === 'ANMF') {
        frames.count += 1
        frames.milliseconds += uint24Little(await reader.read(offset + 8, 16), 12)
      }
      offset += 8 + length + (length % 2)
    }
  } catch (error) {
    if (!isLimit(error)) throw error
    return flags & animationFlag ? { animation: {} } : {}
  }
  const animation = { frameCount: frames.count, durationSeconds: frames.milliseconds / 1000 }
  return { ...(orientation && { orientation }), ...(flags & animationFlag && frames.count > 1 && { animation }) }
}
