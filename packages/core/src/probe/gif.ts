import type { ImageAnimation } from '../model/media-info.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { byteAt, uint16Little } from './bytes.ts'
import { isLimit, Unreadable } from './unreadable.ts'

const chunkBytes = 65_536

/** Counts frames and their delays. Undefined for a still picture. */
export async function readGifAnimation(reader: BoundedReader): Promise<ImageAnimation | undefined> {
  const frames = { count: 0, hundredths: 0 }
  try {
    await readBlocks(reader, frames)
  } catch (error) {
    if (!isLimit(error) || frames.count < 2) throw error
    return {}
  }
  if (frames.count === 0) throw new Unreadable('damaged', 'The GIF holds no picture.')
  return frames.count > 1 ? { frameCount: frames.count, durationSeconds: frames.hundredths / 100 } : undefined
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
async function readBlocks(reader: BoundedReader, frames: { count: number; hundredths: number }): Promise<void> {
  const screen = await reader.read(0, 13)
  let offset = 13 + colorTableBytes(byteAt(screen, 10))
  let delay = 0
  while (offset < reader.sizeBytes) {
    const [introducer] = await reader.read(offset, 1)
    if (introducer === 0x21) {
      const extension = await reader.read(offset, Math.min(6, reader.sizeBytes - offset))
      if (extension[1] === 0xf9) delay = uint16Little(extension, 4)
      offset = await skipSubBlocks(reader, offset + 2)
    } else if (introducer === 0x2c) {
      const descriptor = await reader.read(offset, 10)
      offset = await skipSubBlocks(reader, offset + 11 + colorTableBytes(byteAt(descriptor, 9)))
      frames.count += 1
      // Players show a frame without a usable delay for a tenth of a second.
      frames.hundredths += delay < 2 ? 10 : delay
      delay = 0
    } else {
      return
    }
  }
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0
}

async function skipSubBlocks(reader: BoundedReader, start: number): Promise<number> {
  let offset = start
  while (offset < reader.sizeBytes) {
    const chunk = await reader.readSome(offset, chunkBytes)
    let position = 0
    while (position < chunk.length) {
      const size = byteAt(chunk, position)
      position += 1 + size
      if (size === 0) return offset + position
    }
    offset += position
  }
  throw new Unreadable('damaged', 'The GIF is cut off: its end is missing.')
}
