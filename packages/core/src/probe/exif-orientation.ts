import { ascii, uint16, uint16Little, uint32, uint32Little } from './bytes.ts'

const orientationTag = 0x0112
const shortType = 3

/**
 * Reads the orientation (1 to 8) from an EXIF block, with or without its `Exif` prefix. Undefined when there is none, or when the block is
 * malformed: viewers show such a picture as it is stored.
 *
 * @see https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E
 */
export function readOrientation(block: Uint8Array): number | undefined {
  const tiff = ascii(block, 0, 6) === 'Exif\0\0' ? block.subarray(6) : block
  const order = ascii(tiff, 0, 4)
  if (tiff.length < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined
  const [short, long] = order === 'II*\0' ? [uint16Little, uint32Little] : [uint16, uint32]
  const directory = long(tiff, 4)
  if (directory + 2 > tiff.length) return undefined
  const entries = short(tiff, directory)
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12
    if (entry + 12 > tiff.length) return undefined
    if (short(tiff, entry) !== orientationTag) continue
    const value = short(tiff, entry + 8)
    return short(tiff, entry + 2) === shortType && value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}

/** Finds the EXIF block of a JPEG among the segments before its picture. */
export function findJpegExif(jpeg: Uint8Array): Uint8Array | undefined {
  let offset = 2
  while (offset + 4 <= jpeg.length) {
    const marker = uint16(jpeg, offset)
    if (marker < 0xff01 || marker === 0xffff) {
      offset += 1
      continue
    }
    if (marker === 0xffda) return undefined
    const length = uint16(jpeg, offset + 2)
    if (length < 2) return undefined
    if (marker === 0xffe1 && ascii(jpeg, offset + 4, 6) === 'Exif\0\0') {
      return jpeg.subarray(offset + 4, offset + 2 + length)
    }
    offset += 2 + length
  }
  return undefined
}
