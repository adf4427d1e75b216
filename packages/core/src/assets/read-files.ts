import { resolve } from 'node:path'
import type { AssetFiles } from '../model/asset-files.ts'

const folderDefault = 'ofm-assets'

/** Brings the storage of originals; loaded when it is first needed. */
export type ReadFiles = () => Promise<AssetFiles>

/** Storage as the host gave it, else the folder `ofm-assets` where the process was started. */
export function createReadFiles(files: AssetFiles | undefined): ReadFiles {
  if (files) return async () => files
  let disk: Promise<AssetFiles> | undefined
  return () => {
    disk ??= import('../disk/index.ts').then(({ createDiskFiles }) =>
      createDiskFiles({ folder: resolve(folderDefault) }),
    )
    return disk
  }
}
