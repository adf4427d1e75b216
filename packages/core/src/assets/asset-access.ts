import { PlatformError } from '../platform/platform-error.ts'
import type { AssetAccess } from '../publishing/publishing-store.ts'
import { toMediaFileName, toMediaType } from './media-file-name.ts'
import type { ReadFiles } from './read-files.ts'

/**
 * What the engine needs of assets: their bytes, by content, without a look into the database. Platforms see a file name made of the asset's id, never
 * the name that the file had at home. Errors of the storage (`AssetFilesError`) pass through.
 */
export function createAssetAccess({ readFiles }: { readonly readFiles: ReadFiles }): AssetAccess {
  return {
    async open({ agencyId, creatorId }, { id, sha256, mediaInfo }, range, signal) {
      const files = await readFiles()
      signal.throwIfAborted()
      const { stream, sizeBytes } = await files.open({ agencyId, creatorId, sha256 }, range)
      if (signal.aborted) {
        await stream.cancel(signal.reason)
        throw signal.reason
      }
      const type = toMediaType(mediaInfo)
      return { stream, sizeBytes, type, fileName: toMediaFileName(id, type) }
    },
    async publicUrl({ agencyId, creatorId }, { sha256, mediaInfo }, { forMs }) {
      const files = await readFiles()
      if (files.publicUrl) {
        return files.publicUrl({ agencyId, creatorId, sha256 }, { forMs, type: toMediaType(mediaInfo) })
      }
      const message =
        'The platform fetches files from a public URL, and this storage offers none (option files, publicUrl).'
      throw new PlatformError({ code: 'misconfigured', message, scope: 'app' })
    },
  }
}
