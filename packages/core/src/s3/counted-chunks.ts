import { createHash } from 'node:crypto'
import { AssetFilesError, type PutFileOptions, type StoredFile } from '../model/asset-files.ts'

/**
 * Chunks of a stream, hashed and counted on their way; `stored` says what went through, once all did, and `failure` why not, when the sender or a limit
 * is at fault. Who stops reading early has told the sender to stop; `stop` tells one who is waited for.
 */
export function countChunks(
  stream: ReadableStream<Uint8Array>,
  { sizeBytes: announced, sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutFileOptions,
): {
  readonly chunks: AsyncGenerator<Uint8Array>
  stored(): StoredFile
  failure(): unknown
  stop(reason: unknown): void
} {
  const hash = createHash('sha256')
  const reader = stream.getReader()
  let sizeBytes = 0
  let failure: unknown
  // Cancelling also ends a read that waits for a sender who has gone silent. How it goes changes nothing here.
  const stop = (reason: unknown): void => void reader.cancel(reason).catch(() => undefined)
  const take = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await reader.read()
    signal?.throwIfAborted()
    if (done) {
      if (announced === undefined || sizeBytes === announced) return undefined
      throw new AssetFilesError('size_mismatch', `The upload brought ${sizeBytes} bytes; ${announced} were announced.`)
    }
    sizeBytes += value.length
    if (sizeBytes > sizeBytesMax)
      throw new AssetFilesError('too_large', `The upload has more than ${sizeBytesMax} bytes.`)
    hash.update(value)
    return value
  }
  const takeOrFail = (): Promise<Uint8Array | undefined> =>
    take().catch((error: unknown) => {
      failure = error
      throw error
    })
  async function* read(): AsyncGenerator<Uint8Array> {
    const onAbort = () => stop(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      for (let chunk = await takeOrFail(); chunk; chunk = await takeOrFail()) yield chunk
    } finally {
      signal?.removeEventListener('abort', onAbort)
      stop(failure)
    }
  }
  let digest: string | undefined
  return {
    chunks: read(),
    failure: () => failure,
    stop,
    stored() {
      digest ??= hash.digest('hex')
      return { sha256: digest, sizeBytes }
    },
  }
}
