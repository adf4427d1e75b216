import { ascii, byteAt, concatBytes } from './bytes.ts'
import { Unreadable } from './unreadable.ts'

/** Ids of the Matroska elements that are read (https://www.matroska.org/technical/elements.html). */
export const elementIds = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  defaultDuration: 0x23e383,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const

/** The longest header: an id of four bytes and a size of eight. */
export const elementHeaderBytes = 12

export interface Element {
  readonly id: number
  readonly contentStart: number
  /** Undefined for an element that was begun before its size was known, as recorders write them. */
  readonly end: number | undefined
}

/** Reads the header of an element at `offset` of `bytes`, which begin at `start` of the file. */
export function readElement(bytes: Uint8Array, offset: number, start = 0): Element {
  const idBytes = lengthOfNumber(byteAt(bytes, offset))
  if (idBytes > 4) throw new Unreadable('damaged', 'The file contradicts itself: an element has no id.')
  const id = readUnsigned(bytes, offset, idBytes)
  const sizeStart = offset + idBytes
  const size = readNumber(bytes, sizeStart)
  const contentStart = start + sizeStart + size.length
  return { id, contentStart, end: size.value === undefined ? undefined : contentStart + size.value }
}

/** A number of one to eight bytes, whose first byte tells how many; undefined when all its bits are set, which means unknown. */
export function readNumber(
  bytes: Uint8Array,
  offset: number,
): { readonly value: number | undefined; readonly length: number } {
  const length = lengthOfNumber(byteAt(bytes, offset))
  if (length > 8) throw new Unreadable('damaged', 'The file contradicts itself: an element has no size.')
  // The bit that tells the length goes first: with it, a number of eight bytes would lose its last digits.
  const first = byteAt(bytes, offset) & (0xff >> length)
  const value = first * 256 ** (length - 1) + readUnsigned(bytes, offset + 1, length - 1)
  return { value: value >= 2 ** (7 * length) - 1 ? undefined : value, length }
}

function lengthOfNumber(first: number): number {
  return Math.clz32(first) - 23
}

export function readUnsigned(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index += 1) value = value * 256 + byteAt(bytes, offset + index)
  return value
}

/** The children of an element whose content is at hand. */
export function* childElements(content: Uint8Array): Generator<{ readonly id: number; readonly content: Uint8Array }> {
  for (let offset = 0; offset < content.length; ) {
    const { id, contentStart, end = content.length } = readElement(content, offset)
    yield { id, content: content.subarray(contentStart, end) }
    offset = end
  }
}

export function findChild(content: Uint8Array, id: number): Uint8Array | undefined {
  for (const child of childElements(content)) if (child.id === id) return child.content
  return undefined
}

export function findUnsigned(content: Uint8Array, id: number): number | undefined {
  const child = findChild(content, id)
  return child && readUnsigned(child, 0, Math.min(child.length, 8))
}

export function findFloat(content: Uint8Array, id: number): number | undefined {
  const child = findChild(content, id)
  if (child?.length !== 4 && child?.length !== 8) return undefined
  const view = new DataView(child.buffer, child.byteOffset, child.length)
  return child.length === 4 ? view.getFloat32(0) : view.getFloat64(0)
}

export function findText(content: Uint8Array, id: number): string | undefined {
  const child = findChild(content, id)
  return child && ascii(child, 0, Math.min(child.length, 64)).replace(/\0+$/, '')
}

/** Writes an element, with a size of eight bytes. */
export function toElement(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content)
  const header = new Uint8Array(12)
  const view = new DataView(header.buffer)
  view.setUint32(0, id)
  view.setBigUint64(4, BigInt(body.length) + 2n ** 56n)
  return concatBytes([header.subarray(header.findIndex((byte) => byte > 0)), body])
}
