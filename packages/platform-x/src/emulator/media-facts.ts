import { countGifFrames } from './count-gif-frames.ts'

/** What the bytes of a file say about themselves; undefined members were not found. */
export interface MediaFacts {
  readonly type: string
  readonly widthPixels: number
  readonly heightPixels: number
  readonly durationMs: number | null
  /** Of a video whose headers say so. */
  readonly framesPerSecond: number | null
  /** Of a GIF. */
  readonly frames: number | null
}

/** Reads type, pixels and duration from the headers of a file; undefined when it is nothing that X takes. */
export function readMediaFacts(bytes: Uint8Array): MediaFacts | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return (
      readPng(buffer) ?? readGif(buffer) ?? readWebp(buffer) ?? readJpeg(buffer) ?? readMp4(buffer) ?? readOther(buffer)
    )
  } catch (error) {
    // A file that ends inside a header is as unreadable as one without.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function still(type: string, widthPixels: number, heightPixels: number): MediaFacts {
  return { type, widthPixels, heightPixels, durationMs: null, framesPerSecond: null, frames: null }
}

function readPng(buffer: Buffer): MediaFacts | undefined {
  if (buffer.toString('latin1', 1, 4) !== 'PNG') return undefined
  return still('image/png', buffer.readUInt32BE(16), buffer.readUInt32BE(20))
}

function readGif(buffer: Buffer): MediaFacts | undefined {
  if (buffer.toString('latin1', 0, 4) !== 'GIF8') return undefined
  return { ...still('image/gif', buffer.readUInt16LE(6), buffer.readUInt16LE(8)), frames: countGifFrames(buffer) }
}

function readWebp(buffer: Buffer): MediaFacts | undefined {
  if (buffer.toString('latin1', 0, 4) !== 'RIFF' || buffer.toString('latin1', 8, 12) !== 'WEBP') return undefined
  switch (buffer.toString('latin1', 12, 16)) {
    case 'VP8X':
      return still('image/webp', buffer.readUIntLE(24, 3) + 1, buffer.readUIntLE(27, 3) + 1)
    case 'VP8L': {
      const bits = buffer.readUInt32LE(21)
      return still('image/webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    default:
      return still('image/webp', buffer.readUInt16LE(26) & 0x3fff, buffer.readUInt16LE(28) & 0x3fff)
  }
}

function moving(type: string): MediaFacts {
  return { ...still(type, 0, 0), durationMs: 0 }
}

/** The first frame header names the pixels. */
function readJpeg(buffer: Buffer): MediaFacts | undefined {
  if (buffer[0] !== 0xff || buffer[1] !== 0xd8) return undefined
  let at = 2
  while (at + 9 <= buffer.length) {
    const marker = buffer[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return still('image/jpeg', buffer.readUInt16BE(at + 7), buffer.readUInt16BE(at + 5))
    at += 2 + buffer.readUInt16BE(at + 2)
  }
  return still('image/jpeg', 0, 0)
}

function readMp4(buffer: Buffer): MediaFacts | undefined {
  if (buffer.toString('latin1', 4, 8) !== 'ftyp') return undefined
  const type = buffer.toString('latin1', 8, 12) === 'qt  ' ? 'video/quicktime' : 'video/mp4'
  const movie = findBox(buffer, 'moov')
  const header = movie && findBox(movie, 'mvhd')
  if (!movie || !header) return moving(type)
  return {
    ...moving(type),
    ...readLargestTrack(movie),
    durationMs: readDuration(header),
    framesPerSecond: readFrameRate(movie),
  }
}

/** Of `mvhd` and `mdhd`, which begin alike. */
function readDuration(header: Buffer): number {
  const isLong = header[0] === 1
  const timescale = header.readUInt32BE(isLong ? 20 : 12)
  const duration = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16)
  return timescale === 0 ? 0 : Math.round((duration * 1000) / timescale)
}

function readLargestTrack(movie: Buffer): { widthPixels: number; heightPixels: number } {
  let largest = { widthPixels: 0, heightPixels: 0 }
  for (const track of listBoxes(movie).filter(({ name }) => name === 'trak')) {
    const header = findBox(track.content, 'tkhd')
    if (!header) continue
    const at = header[0] === 1 ? 88 : 76
    const size = { widthPixels: header.readUInt16BE(at), heightPixels: header.readUInt16BE(at + 4) }
    if (size.widthPixels > largest.widthPixels) largest = size
  }
  return largest
}

/** Of the track that has pixels: its samples by its own length. */
function readFrameRate(movie: Buffer): number | null {
  for (const { content } of listBoxes(movie).filter(({ name }) => name === 'trak')) {
    const media = findBox(content, 'mdia')
    const header = media && findBox(media, 'mdhd')
    const table = media && findPath(media, ['minf', 'stbl', 'stts'])
    const size = findBox(content, 'tkhd')
    if (!header || !table || !size || size.readUInt32BE(size[0] === 1 ? 88 : 76) === 0) continue
    const seconds = readDuration(header) / 1000
    let samples = 0
    for (let entry = 0; entry < table.readUInt32BE(4); entry += 1) samples += table.readUInt32BE(8 + entry * 8)
    return seconds > 0 && samples > 0 ? samples / seconds : null
  }
  return null
}

function findPath(buffer: Buffer, names: readonly string[]): Buffer | undefined {
  return names.reduce<Buffer | undefined>((box, name) => box && findBox(box, name), buffer)
}

function findBox(buffer: Buffer, name: string): Buffer | undefined {
  return listBoxes(buffer).find((box) => box.name === name)?.content
}

function listBoxes(buffer: Buffer): readonly { name: string; content: Buffer }[] {
  const boxes: { name: string; content: Buffer }[] = []
  let at = 0
  while (at + 8 <= buffer.length) {
    const short = buffer.readUInt32BE(at)
    const headerSize = short === 1 ? 16 : 8
    const size = short === 1 ? Number(buffer.readBigUInt64BE(at + 8)) : short === 0 ? buffer.length - at : short
    if (size < headerSize) break
    boxes.push({
      name: buffer.toString('latin1', at + 4, at + 8),
      content: buffer.subarray(at + headerSize, at + size),
    })
    at += size
  }
  return boxes
}

/** WebM and MPEG-TS: taken on their signature. */
function readOther(buffer: Buffer): MediaFacts | undefined {
  if (buffer.length >= 4 && buffer.readUInt32BE(0) === 0x1a45dfa3) return moving('video/webm')
  if (buffer[0] === 0x47 && buffer[188] === 0x47) return moving('video/mp2t')
  if (buffer.toString('latin1', 0, 2) === 'BM') return still('image/bmp', 0, 0)
  return /^(II\*\0|MM\0\*)/.test(buffer.toString('latin1', 0, 4)) ? still('image/tiff', 0, 0) : undefined
}
