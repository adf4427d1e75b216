import { ascii } from './bytes.ts'
import { Unreadable } from './unreadable.ts'

export type SniffedFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'mp4' | 'mov' | 'matroska'

/** Bytes that `sniffFormat` looks at. */
export const sniffBytes = 16

const notMedia = 'The file is no picture or video of a known format.'
const pngSignature = '\x89PNG\r\n\x1a\n'
/** ISO/IEC 23008-12 and the AVIF specification: brands of still pictures in the box format of MP4. */
const pictureBrands: Readonly<Record<string, string>> = {
  heic: 'HEIC',
  heix: 'HEIC',
  heim: 'HEIC',
  heis: 'HEIC',
  hevc: 'HEIC',
  hevx: 'HEIC',
  mif1: 'HEIF',
  msf1: 'HEIF',
  avif: 'AVIF',
  avis: 'AVIF',
}
/** QuickTime files from before `ftyp` begin with one of these. */
const quickTimeBoxes = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']
/** Recognised only to say what was given. */
const otherFormats: readonly (readonly [signature: string, name: string])[] = [
  ['BM', 'BMP'],
  ['II*\0', 'TIFF'],
  ['MM\0*', 'TIFF'],
  ['ID3', 'MP3'],
  ['OggS', 'Ogg'],
  ['fLaC', 'FLAC'],
  ['FLV', 'Flash Video'],
  ['\x30\x26\xb2\x75', 'Windows Media'],
  ['\0\0\x01\xba', 'MPEG'],
  ['%PDF', 'PDF'],
  ['#EXTM3U', 'a playlist'],
]

/** Tells the format by the first bytes of a file; its name and its announced type decide nothing. */
export function sniffFormat(head: Uint8Array): SniffedFormat {
  const text = ascii(head, 0, sniffBytes)
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith(pngSignature)) return 'png'
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif'
  if (text.startsWith('\x1a\x45\xdf\xa3')) return 'matroska'
  if (text.startsWith('RIFF')) return sniffRiff(text.slice(8, 12))
  if (text.slice(4, 8) === 'ftyp') return sniffBrand(text.slice(8, 12))
  if (quickTimeBoxes.includes(text.slice(4, 8))) return 'mov'
  const other = otherFormats.find(([signature]) => text.startsWith(signature))
  if (other) throw unsupported(other[1])
  throw new Unreadable('not_media', notMedia)
}

function sniffRiff(form: string): SniffedFormat {
  if (form === 'WEBP') return 'webp'
  if (form === 'AVI ') throw unsupported('AVI')
  if (form === 'WAVE') throw unsupported('WAV')
  throw new Unreadable('not_media', notMedia)
}

function sniffBrand(brand: string): SniffedFormat {
  const picture = pictureBrands[brand]
  if (picture) throw unsupported(picture)
  return brand === 'qt  ' ? 'mov' : 'mp4'
}

function unsupported(name: string): Unreadable {
  return new Unreadable(
    'unsupported_format',
    `The file is ${name}; MP4, MOV, WebM, JPEG, PNG, GIF and WebP can be read.`,
  )
}
