import { join } from 'node:path'
import { type AssetFileKey, AssetFilesError, type AssetOwner } from '../model/asset-files.ts'

/** No dots and no separators: neither `..` nor the folder of uploads, whose name begins with a dot, can be reached. */
const ownerPattern = /^[A-Za-z0-9_-]{1,128}$/
const sha256Pattern = /^[0-9a-f]{64}$/

/** The only place where a path is made from a key. */
export function filePath(folder: string, key: AssetFileKey): string {
  if (!sha256Pattern.test(key.sha256)) {
    throw new AssetFilesError('invalid_key', 'A file is named by its SHA-256 in 64 lower case hex digits.')
  }
  return join(ownerFolder(folder, key), key.sha256.slice(0, 2), key.sha256)
}

export function ownerFolder(folder: string, { agencyId, creatorId }: AssetOwner): string {
  for (const [name, id] of [
    ['agency', agencyId],
    ['creator', creatorId],
  ] as const) {
    if (!ownerPattern.test(id)) {
      throw new AssetFilesError('invalid_key', `The id of the ${name} has characters that no folder may have.`)
    }
  }
  return join(folder, agencyId, creatorId)
}
