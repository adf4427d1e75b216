import { type AssetFileKey, AssetFilesError, type AssetOwner } from '../model/asset-files.ts'

/** No dots and no slashes: neither another owner's keys nor the place of uploads can be reached. */
const ownerPattern = /^[A-Za-z0-9_-]{1,128}$/
const sha256Pattern = /^[0-9a-f]{64}$/
const uploadPattern = /^[0-9a-f-]{36}$/

/** The only place where keys are made. Parts: `<prefix><agency>/<creator>/<two digits>/<sha256>`, and `<prefix>incoming/<agency>/<creator>/<upload>`. */
export function createObjectKeys(prefix: string) {
  return {
    file: (key: AssetFileKey): string => {
      if (!sha256Pattern.test(key.sha256))
        throw new AssetFilesError('invalid_key', 'A file is named by its SHA-256 in 64 lower case hex digits.')
      return `${prefix}${ownerPath(key)}/${key.sha256.slice(0, 2)}/${key.sha256}`
    },
    incoming: (owner: AssetOwner, uploadId: string): string => {
      if (!uploadPattern.test(uploadId)) throw new AssetFilesError('invalid_key', 'That is no id of an upload.')
      return `${prefix}incoming/${ownerPath(owner)}/${uploadId}`
    },
  }
}

export type ObjectKeys = ReturnType<typeof createObjectKeys>

function ownerPath({ agencyId, creatorId }: AssetOwner): string {
  for (const [name, id] of [
    ['agency', agencyId],
    ['creator', creatorId],
  ] as const) {
    if (!ownerPattern.test(id))
      throw new AssetFilesError('invalid_key', `The id of the ${name} has characters that no key may have.`)
  }
  return `${agencyId}/${creatorId}`
}
