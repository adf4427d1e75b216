import type { AssetFiles } from '@ofm-social/core'
import { createDiskFiles } from '@ofm-social/core/disk'
import type { DataFolder } from './data-folder.ts'
import type { MediaLinks } from './media-links.ts'
import type { ServedMedia } from './routes/media.ts'
import type { S3Config } from './s3-config.ts'

/** Where original files are. */
export interface OpenedFiles {
  readonly files: AssetFiles
  readonly media: ServedMedia
  /** Throws when they cannot be reached. */
  check(): Promise<void>
  close(): void
}

/** Loads the SDK of AWS only where it is used: it is large. A bucket has addresses of its own; a folder is served by `links`. */
export async function openFiles(s3: S3Config | null, folder: DataFolder, links: MediaLinks): Promise<OpenedFiles> {
  if (s3 !== null) {
    const { openBucket } = await import('./open-bucket.ts')
    return openBucket(s3)
  }
  const disk = createDiskFiles({ folder: folder.at('assets') })
  const publicUrl: AssetFiles['publicUrl'] = async (key, { forMs, type = 'application/octet-stream' }) =>
    links.sign({ key, type }, forMs)
  const files = { ...disk, publicUrl }
  return { files, media: { files, links }, check: async () => undefined, close: () => undefined }
}
