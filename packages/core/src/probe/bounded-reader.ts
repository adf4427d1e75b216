import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MediaSource } from './media-source.ts'
import { Unreadable } from './unreadable.ts'

/** Bytes fetched for a smaller read: the headers that follow are mostly in it. */
const windowBytes = 4096
/** Reads answered before the event loop gets a turn, so that timers fire even when no read ever waits. */
const readsPerTurn = 256

/** Reads a source within a budget of bytes. All of a probe's reading goes through one of these. */
export interface BoundedReader {
  readonly sizeBytes: number
  /** Exactly these bytes; `damaged` when the file ends before them. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** At least one byte from `offset` on and about `length`, whatever is at hand; none at the end of the file. */
  readSome(offset: number, length: number): Promise<Uint8Array>
}

export interface ReadLimits {
  readonly bytesReadMax: number
  readonly signal: AbortSignal
}

/** Wraps a failure of the source itself, which says nothing about the file. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure'
}

export function createBoundedReader(source: MediaSource, { bytesReadMax, signal }: ReadLimits): BoundedReader {
  const { sizeBytes } = source
  let bytesLeft = bytesReadMax
  let reads = 0
  let windowStart = 0
  let window: Uint8Array = new Uint8Array(0)

  async function fetchWindow(offset: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(length, Math.min(windowBytes, bytesLeft)), sizeBytes - offset)
    if (wanted > bytesLeft) {
      throw new Unreadable('limit_exceeded', `The file cannot be understood from ${bytesReadMax} bytes of it.`)
    }
    bytesLeft -= wanted
    const bytes = await orAbort(signal, () => source.read(offset, wanted, signal))
    if (bytes.length !== wanted) throw new Unreadable('damaged', 'The file ends earlier than its size says.')
    windowStart = offset
    window = bytes
  }

  function atHand(offset: number): Uint8Array {
    return offset < windowStart ? window.subarray(0, 0) : window.subarray(offset - windowStart)
  }

  async function takeTurn(): Promise<void> {
    reads += 1
    if (reads % readsPerTurn === 0) await nextTurn()
    signal.throwIfAborted()
  }

  return {
    sizeBytes,
    async read(offset, length) {
      await takeTurn()
      if (offset + length > sizeBytes) throw new Unreadable('damaged', 'The file is cut off: its end is missing.')
      if (atHand(offset).length < length) await fetchWindow(offset, length)
      return atHand(offset).subarray(0, length)
    },
    async readSome(offset, length) {
      await takeTurn()
      if (offset < sizeBytes && atHand(offset).length === 0) await fetchWindow(offset, length)
      return atHand(offset)
    },
  }
}

/** Waits for a read, but no longer than the signal allows: a source that never answers must not hold the probe. */
function orAbort(signal: AbortSignal, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    Promise.resolve()
      .then(read)
      .then(resolve, (cause) => reject(new SourceFailure('The source of the file failed.', { cause })))
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}
