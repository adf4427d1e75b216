import { rm, stat } from 'node:fs/promises'
import type { AssetFiles } from '../model/asset-files.ts'
import { filePath } from './file-path.ts'
import { isMissing, toFilesError } from './files-error.ts'
import { openFile } from './open-file.ts'
import { createUploads } from './uploads.ts'

export interface DiskFilesOptions {
  /** Where the files are. Made when it does not exist; its parts are `<agency>/<creator>/<two digits>/<sha256>`. */
  readonly folder: string
}

/**
 * Keeps original files in a folder of this machine, or of a network file system that can rename within a folder. Several processes may share
 * it. Leftovers of uploads that a crash interrupted more than a day ago are removed at the first upload of each process.
 */
export function createDiskFiles({ folder }: DiskFilesOptions): AssetFiles {
  const uploads = createUploads(folder)
  return {
    put: (owner, stream, options = {}) => uploads.receive(owner, stream, options),
    open: (key, range) => openFile(folder, key, range),
    async stat(key) {
      const path = filePath(folder, key)
      try {
        const found = await stat(path)
        return { sizeBytes: found.size }
      } catch (error) {
        if (isMissing(error)) return undefined
        throw toFilesError(error, { doing: 'read', folder })
      }
    },
    async delete(key) {
      const path = filePath(folder, key)
      try {
        await rm(path, { force: true })
      } catch (error) {
        throw toFilesError(error, { doing: 'write', folder })
      }
    },
  }
}
