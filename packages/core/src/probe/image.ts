import { imageDimensionsFromData } from 'image-dimensions'
import type { ImageInfo } from '../model/media-info.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { findJpegExif, readOrientation } from './exif-orientation.ts'
import { readGifAnimation } from './gif.ts'
import type { ImageExtras } from './image-extras.ts'
import { requireJpegEnd } from './jpeg-end.ts'
import { readPngChunks } from './png.ts'
import { Unreadable } from './unreadable.ts'
import { readWebpChunks } from './webp.ts'

const sizelessMessage = 'The picture does not say how large it is.'

export type ImageFormat = ImageInfo['format']

/** How much of the file's beginning is tried; profiles and previews can push the size of a JPEG far back. */
const headBytes = [65_536, 1_048_576, 8_388_608]
/** The largest side that PNG can declare; larger numbers are no picture. */
const sidePixelsMax = 2 ** 31 - 1

export async function readImage(reader: BoundedReader, format: ImageFormat): Promise<ImageInfo> {
  const { width, height, head } = await readSize(reader, format)
  const { orientation = 1, animation } = await readExtras(reader, format, head)
  const isTurned = orientation >= 5
  return {
    kind: 'image',
    type: `image/${format}`,
    format,
    sizeBytes: reader.sizeBytes,
    widthPixels: isTurned ? height : width,
    heightPixels: isTurned ? width : height,
    ...(animation && { animation }),
  }
}

async function readSize(reader: BoundedReader, format: ImageFormat) {
  for (const length of headBytes) {
    const head = await reader.read(0, Math.min(length, reader.sizeBytes))
    const size = dimensionsOf(head)
    if (size?.type === format && isSide(size.width) && isSide(size.height)) return { ...size, head }
    if (size || head.length === reader.sizeBytes || format !== 'jpeg') break
  }
  throw new Unreadable('damaged', sizelessMessage)
}

/** The library answers undefined to what it does not understand; whatever it may throw means the same. */
function dimensionsOf(head: Uint8Array): ReturnType<typeof imageDimensionsFromData> {
  try {
    return imageDimensionsFromData(head)
  } catch (cause) {
    throw new Unreadable('damaged', sizelessMessage, cause)
  }
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= sidePixelsMax
}

async function readExtras(reader: BoundedReader, format: ImageFormat, head: Uint8Array): Promise<ImageExtras> {
  switch (format) {
    case 'jpeg': {
      await requireJpegEnd(reader)
      const exif = findJpegExif(head)
      const orientation = exif && readOrientation(exif)
      return orientation === undefined ? {} : { orientation }
    }
    case 'png':
      return readPngChunks(reader)
    case 'webp':
      return readWebpChunks(reader)
    case 'gif': {
      const animation = await readGifAnimation(reader)
      return animation ? { animation } : {}
    }
  }
}
