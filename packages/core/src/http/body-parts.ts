import { Readable } from 'node:stream'

/** Bytes that are known, or a stream of which only the size is known. */
export type BodyPart = Uint8Array | ReadableStream<Uint8Array>

/** A body that is read as fast as the socket takes it. */
export interface StreamedParts {
  readonly readable: Readable
  /** Whether a source stopped with an error. */
  hasSourceFailed(): boolean
  /** Cancels every source that was not read to its end. Never throws. */
  cancel(): Promise<void>
}

/** Joins parts to one stream. Sources are locked at once, and each chunk is pulled only when the one before it has left. */
export function streamParts(parts: readonly BodyPart[]): StreamedParts {
  const readers: ReadableStreamDefaultReader<Uint8Array>[] = []
  const sources = parts.map((part) => {
    if (part instanceof Uint8Array) return part
    const reader = part.getReader()
    readers.push(reader)
    return reader
  })
  let failed = false

  async function* readChunks(): AsyncGenerator<Uint8Array> {
    for (const source of sources) {
      if (source instanceof Uint8Array) yield source
      else yield* readSource(source)
    }
  }

  async function* readSource(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        failed = true
        throw error
      })
      if (done) return
      if (value.byteLength > 0) yield value
    }
  }

  const readable = Readable.from(readChunks(), { objectMode: false, highWaterMark: 1 })
  // A destroyed body says so through the request that it belongs to.
  readable.on('error', () => {})
  return {
    readable,
    hasSourceFailed: () => failed,
    async cancel() {
      readable.destroy()
      await Promise.allSettled(readers.map((reader) => reader.cancel()))
    },
  }
}
