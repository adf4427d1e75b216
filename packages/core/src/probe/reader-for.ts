import { type AssetFileKey, type AssetFiles, AssetFilesError } from '../model/asset-files.ts'
import type { MediaSource } from './media-source.ts'

/** A stored file, as `probe` reads it: each read opens the range it needs. */
export async function readerFor(files: AssetFiles, key: AssetFileKey): Promise<MediaSource> {
  const found = await files.stat(key)
  if (!found) throw new AssetFilesError('file_missing', `No file ${key.sha256} is stored.`)
  return {
    sizeBytes: found.sizeBytes,
    async read(offset, length, signal) {
      const { stream } = await files.open(key, { start: offset, end: offset + length - 1 })
      const bytes = new Uint8Array(length)
      let filled = 0
      for await (const chunk of stream) {
        signal.throwIfAborted()
        bytes.set(chunk.subarray(0, length - filled), filled)
        filled += Math.min(chunk.length, length - filled)
      }
      return bytes.subarray(0, filled)
    },
  }
}
