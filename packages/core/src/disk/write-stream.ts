import { createHash } from 'node:crypto'
import { AssetFilesError, type PutFileOptions, type StoredFile } from '../model/asset-files.ts'

/** Hands a stream on chunk by chunk, and hashes it: the next chunk is asked for when the last one is written. */
export async function writeStream(
  write: (chunk: Uint8Array) => Promise<void>,
  stream: ReadableStream<Uint8Array>,
  { sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutFileOptions,
): Promise<StoredFile> {
  const reader = stream.getReader()
  const hash = createHash('sha256')
  let sizeBytes = 0
  // Cancelling ends a read that waits for a sender who has gone silent.
  const onAbort = () => reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    while (true) {
      const { done, value } = await reader.read()
      signal?.throwIfAborted()
      if (done) return { sha256: hash.digest('hex'), sizeBytes }
      sizeBytes += value.length
      if (sizeBytes > sizeBytesMax) {
        throw new AssetFilesError('too_large', `The upload has more than ${sizeBytesMax} bytes.`)
      }
      const writing = write(value)
      hash.update(value)
      await writing
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    reader.releaseLock()
  }
}
