import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MediaSource } from '../media-source.ts'

export function readFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dirname, name)))
}

export interface CountedSource extends MediaSource {
  /** Bytes that were read so far. */
  readonly bytesRead: () => number
}

/** A source in memory. Refuses what a source may rely on never being asked for. */
export function sourceOf(bytes: Uint8Array): CountedSource {
  let bytesRead = 0
  return {
    sizeBytes: bytes.length,
    async read(offset, length) {
      const isInside = Number.isInteger(offset) && offset >= 0 && length > 0 && offset + length <= bytes.length
      if (!isInside) throw new Error(`Read of ${length} bytes at ${offset} of ${bytes.length}.`)
      bytesRead += length
      return bytes.slice(offset, offset + length)
    },
    bytesRead: () => bytesRead,
  }
}
