import type { BoundedReader } from './bounded-reader.ts'
import { ascii, uint16, uint32 } from './bytes.ts'
import { readOrientation } from './exif-orientation.ts'
import type { ImageExtras } from './image-extras.ts'
import { isLimit } from './unreadable.ts'

const exifBytesMax = 65_536

/**
 * Reads what stands around the picture of a PNG. Only an animated one (`acTL`) is read beyond the start of its picture.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export async function readPngChunks(reader: BoundedReader): Promise<ImageExtras> {
  const frames = { count: 0, seconds: 0 }
  let isAnimated = false
  let orientation: number | undefined
  try {
    for (let offset = 8; offset + 12 <= reader.sizeBytes; ) {
      const header = await reader.read(offset, 8)
      const length = uint32(header, 0)
      const type = ascii(header, 4, 4)
      if (type === 'IEND' || (type === 'IDAT' && !isAnimated)) break
      if (type === 'acTL') isAnimated = true
      if (type === 'eXIf' && length <= exifBytesMax)
        orientation = readOrientation(await reader.read(offset + 8, length))
      if (type === 'fcTL') {
        const control = await reader.read(offset + 8, 26)
        frames.count += 1
        frames.seconds += uint16(control, 20) / (uint16(control, 22) || 100)
      }
      offset += 12 + length
    }
  } catch (error) {
    if (!isLimit(error) || !isAnimated) throw error
    return { ...(orientation && { orientation }), animation: {} }
  }
  const animation = { frameCount: frames.count, durationSeconds: frames.seconds }
  return { ...(orientation && { orientation }), ...(isAnimated && frames.count > 1 && { animation }) }
}
