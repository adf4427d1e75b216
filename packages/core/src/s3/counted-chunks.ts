import { createHash } from 'node:crypto'
import { AssetFilesError, type PutFileOptions, type StoredFile } from '../model/asset-files.ts'

/** Chunks of a stream, hashed and counted on their way; `stored` says what went through, once all did, and `failure` why not. */
export function countChunks(
  stream: ReadableStream<Uint8Array>,
  { sizeBytes: announced, sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutFileOptions,
): { readonly chunks: AsyncGenerator<Uint8Array>; stored(): StoredFile; failure(): unknown } {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let failure: unknown
  async function* read(): AsyncGenerator<Uint8Array> {
    const reader = stream.getReader()
    // Cancelling ends a read that waits for a sender who has gone silent.
    const onAbort = () => void reader.cancel(signal?.reason).catch(() => undefined)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      for (;;) {
        const { done, value } = await reader.read()
        signal?.throwIfAborted()
        if (done) break
        sizeBytes += value.length
        if (sizeBytes > sizeBytesMax)
          throw new AssetFilesError('too_large', `The upload has more than ${sizeBytesMax} bytes.`)
        hash.update(value)
        yield value
      }
      if (announced !== undefined && sizeBytes !== announced)
        throw new AssetFilesError(
          'size_mismatch',
          `The upload brought ${sizeBytes} bytes; ${announced} were announced.`,
        )
    } catch (error) {
      failure = error
      throw error
    } finally {
      signal?.removeEventListener('abort', onAbort)
      reader.releaseLock()
    }
  }
  let digest: string | undefined
  return {
    chunks: read(),
    failure: () => failure,
    stored() {
      digest ??= hash.digest('hex')
      return { sha256: digest, sizeBytes }
    },
  }
}
