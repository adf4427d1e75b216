import { crc32, deflateSync } from 'node:zlib'

/** Width and height in pixels. */
export interface PixelSize {
  readonly widthPixels: number
  readonly heightPixels: number
}

/** A grey baseline JPEG: every block says "as the one before, and nothing else", two bits each. */
export function makeJpeg({ widthPixels, heightPixels }: PixelSize): Uint8Array {
  const blocks = Math.ceil(widthPixels / 8) * Math.ceil(heightPixels / 8)
  const scan = Buffer.alloc(Math.ceil((blocks * 2) / 8))
  const unusedBits = scan.length * 8 - blocks * 2
  if (unusedBits > 0) scan[scan.length - 1] = 2 ** unusedBits - 1
  const oneCode = [1, ...new Array<number>(15).fill(0), 0]
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    toSegment(0xe0, [...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    toSegment(0xdb, [0, ...new Array<number>(64).fill(1)]),
    toSegment(0xc0, [8, heightPixels >> 8, heightPixels & 255, widthPixels >> 8, widthPixels & 255, 1, 1, 0x11, 0]),
    toSegment(0xc4, [0x00, ...oneCode]),
    toSegment(0xc4, [0x10, ...oneCode]),
    toSegment(0xda, [1, 1, 0, 0, 63, 0]),
    scan,
    Buffer.from([0xff, 0xd9]),
  ])
}

/** A black PNG with one byte a pixel. */
export function makePng({ widthPixels, heightPixels }: PixelSize): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPixels, 0)
  header.writeUInt32BE(heightPixels, 4)
  header[8] = 8
  const rows = Buffer.alloc((widthPixels + 1) * heightPixels)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    toChunk('IHDR', header),
    toChunk('IDAT', deflateSync(rows)),
    toChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A GIF of two frames, a tenth of a second each, that change one pixel of an empty screen. */
export function makeGif({ widthPixels, heightPixels }: PixelSize): Uint8Array {
  const screen = [widthPixels & 255, widthPixels >> 8, heightPixels & 255, heightPixels >> 8, 0x80, 0, 0]
  const colors = [0, 0, 0, 255, 255, 255]
  const forever = [0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0]
  const control = [0x21, 0xf9, 4, 0, 10, 0, 0, 0]
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]
  const black = [2, 2, 0x44, 0x01, 0]
  const white = [2, 2, 0x4c, 0x01, 0]
  const frames = [...control, ...frame, ...black, ...control, ...frame, ...white]
  return Buffer.from([...Buffer.from('GIF89a'), ...screen, ...colors, ...forever, ...frames, 0x3b])
}

function toSegment(marker: number, content: readonly number[]): Buffer {
  const sizeBytes = content.length + 2
  return Buffer.from([0xff, marker, sizeBytes >> 8, sizeBytes & 255, ...content])
}

function toChunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content])
  const chunk = Buffer.alloc(named.length + 8)
  chunk.writeUInt32BE(content.length, 0)
  named.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(named), chunk.length - 4)
  return chunk
}
