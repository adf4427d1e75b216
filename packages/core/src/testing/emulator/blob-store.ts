import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Media bytes of an emulator, by their SHA-256 in hex. */
export interface BlobStore {
  put(bytes: Uint8Array): string
  get(sha256: string): Uint8Array | undefined
  clear(): void
}

/** Keeps bytes as long as the process lives. */
export function createMemoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>()
  return {
    put(bytes) {
      const sha256 = hash(bytes)
      if (!blobs.has(sha256)) blobs.set(sha256, Uint8Array.from(bytes))
      return sha256
    },
    get: (sha256) => blobs.get(sha256),
    clear: () => blobs.clear(),
  }
}

/** Keeps one file per blob in a folder, written under another name first, so that a kill leaves no half of one. */
export function createFolderBlobs(folder: string): BlobStore {
  return {
    put(bytes) {
      const sha256 = hash(bytes)
      mkdirSync(folder, { recursive: true })
      const file = join(folder, sha256)
      writeFileSync(`${file}.new`, bytes)
      renameSync(`${file}.new`, file)
      return sha256
    },
    get(sha256) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined
      try {
        return readFileSync(join(folder, sha256))
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Reads what `put` stored and throws the rest of it away: for a look at what would happen. */
export function createScratchBlobs(blobs: BlobStore): BlobStore {
  const scratch = createMemoryBlobs()
  return { put: scratch.put, get: (sha256) => scratch.get(sha256) ?? blobs.get(sha256), clear: scratch.clear }
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
