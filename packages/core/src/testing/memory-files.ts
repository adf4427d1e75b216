import { createHash } from 'node:crypto'
import { type AssetFileKey, type AssetFiles, AssetFilesError, type AssetOwner } from '../model/asset-files.ts'

/** Storage of originals in memory, for tests. */
export function createMemoryFiles(): AssetFiles {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const nameOf = ({ agencyId, creatorId, sha256 }: AssetFileKey): string => `${agencyId}/${creatorId}/${sha256}`
  return {
    async put(owner: AssetOwner, stream, { sizeBytes, sizeBytesMax } = {}) {
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
      if (sizeBytes !== undefined && sizeBytes !== bytes.length) {
        throw new AssetFilesError('size_mismatch', `${sizeBytes} bytes were announced, ${bytes.length} came.`)
      }
      if (sizeBytesMax !== undefined && bytes.length > sizeBytesMax) {
        throw new AssetFilesError('too_large', `The file has ${bytes.length} bytes; at most ${sizeBytesMax} are taken.`)
      }
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      files.set(nameOf({ ...owner, sha256 }), bytes)
      return { sha256, sizeBytes: bytes.length }
    },
    async open(key, range) {
      const bytes = files.get(nameOf(key))
      if (!bytes) throw new AssetFilesError('file_missing', 'The file is not stored.')
      const { start, end } = range ?? { start: 0, end: bytes.length - 1 }
      if (range && (start > end || start >= bytes.length))
        throw new AssetFilesError('invalid_range', 'The range holds no byte of the file.')
      const part = bytes.slice(start, end + 1)
      return { stream: new Blob([part]).stream(), sizeBytes: part.length, fileSizeBytes: bytes.length }
    },
    async stat(key) {
      const bytes = files.get(nameOf(key))
      return bytes && { sizeBytes: bytes.length }
    },
    async delete(key) {
      files.delete(nameOf(key))
    },
  }
}
