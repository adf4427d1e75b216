const trailer = 0x3b
const extension = 0x21
const image = 0x2c

/** How many images a GIF has; those before its end where it is cut. */
export function countGifFrames(bytes: Buffer): number {
  let at = 13 + toTableSize(bytes[10])
  let frames = 0
  while (at < bytes.length && bytes[at] !== trailer) {
    if (bytes[at] === image) {
      frames += 1
      at = skipBlocks(bytes, at + 11 + toTableSize(bytes[at + 9]))
    } else if (bytes[at] === extension) at = skipBlocks(bytes, at + 2)
    else return frames
  }
  return frames
}

/** Three bytes per colour, where the flags name a table. */
function toTableSize(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0
}

/** Blocks say their length; one of length 0 ends them. */
function skipBlocks(bytes: Buffer, start: number): number {
  let at = start
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1
  return at + 1
}
