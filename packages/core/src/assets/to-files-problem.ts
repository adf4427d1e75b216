import { type AssetFilesErrorCode, isAssetFilesError } from '../model/asset-files.ts'
import { SocialError } from '../social-error.ts'

/** Mistakes of the caller, and the field where they are. */
const inputPaths: Partial<Record<AssetFilesErrorCode, string>> = {
  size_mismatch: 'sizeBytes',
  too_large: 'sizeBytes',
  invalid_range: 'range',
}

/** A failure of the storage, as the facade says it; others stay what they are. */
export function toFilesProblem(error: unknown): unknown {
  if (!isAssetFilesError(error)) return error
  const { code, message } = error
  const path = inputPaths[code]
  if (path) return new SocialError('invalid_input', message, { problems: [{ path, code, message }], cause: error })
  if (code === 'file_missing') {
    return new SocialError('not_found', 'The bytes of the asset are gone from the storage.', { cause: error })
  }
  return code === 'invalid_key' ? error : new SocialError('files_unwritable', message, { cause: error })
}
