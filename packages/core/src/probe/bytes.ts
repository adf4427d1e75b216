import { Unreadable } from './unreadable.ts'

/** Numbers in untrusted bytes. A position outside of them is a damaged file, never a crash. */
export function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset]
  if (byte === undefined) throw new Unreadable('damaged', 'The file contradicts itself: a structure ends too early.')
  return byte
}

export function uint16(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) * 2 ** 8 + byteAt(bytes, offset + 1)
}

export function uint32(bytes: Uint8Array, offset: number): number {
  return uint16(bytes, offset) * 2 ** 16 + uint16(bytes, offset + 2)
}

/** Loses precision above 2^53, where no real file has a size or a time. */
export function uint64(bytes: Uint8Array, offset: number): number {
  return uint32(bytes, offset) * 2 ** 32 + uint32(bytes, offset + 4)
}

export function uint16Little(bytes: Uint8Array, offset: number): number {
  return byteAt(bytes, offset) + byteAt(bytes, offset + 1) * 2 ** 8
}

export function uint24Little(bytes: Uint8Array, offset: number): number {
  return uint16Little(bytes, offset) + byteAt(bytes, offset + 2) * 2 ** 16
}

export function uint32Little(bytes: Uint8Array, offset: number): number {
  return uint16Little(bytes, offset) + uint16Little(bytes, offset + 2) * 2 ** 16
}

/** Up to `length` characters of one byte each, as signatures and four-character codes are. */
export function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
