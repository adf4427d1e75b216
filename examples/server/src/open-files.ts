import type { AssetFiles } from '@ofm-social/core'
import { createDiskFiles } from '@ofm-social/core/disk'
import type { DataFolder } from './data-folder.ts'
import type { S3Config } from './s3-config.ts'

/** Where original files are. */
export interface OpenedFiles {
  readonly files: AssetFiles
  /** Throws when they cannot be reached. */
  check(): Promise<void>
  close(): void
}

/** Loads the SDK of AWS only where it is used: it is large. */
export async function openFiles(s3: S3Config | null, folder: DataFolder): Promise<OpenedFiles> {
  if (s3 !== null) {
    const { openBucket } = await import('./open-bucket.ts')
    return openBucket(s3)
  }
  const files = createDiskFiles({ folder: folder.at('assets') })
  return { files, check: async () => undefined, close: () => undefined }
}
