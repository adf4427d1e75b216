import { AssetFilesError, isAssetFilesError } from '../model/asset-files.ts'

interface Attempted {
  readonly doing: 'read' | 'write'
  /** The folder that the operator configured. */
  readonly folder: string
}

/** Errors of the file system that say: no space, not: no permission. */
const fullCodes = ['ENOSPC', 'EDQUOT']
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this process has no permission',
  EPERM: 'this process has no permission',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a file stands where a folder should be',
  EEXIST: 'a file stands where a folder should be',
  EMFILE: 'too many files are open',
  EIO: 'the device reports an error',
}

/** Turns an error of the file system into one that says which folder and why. Others stay what they are. */
export function toFilesError(error: unknown, { doing, folder }: Attempted): unknown {
  const code = systemCode(error)
  if (isAssetFilesError(error) || !code) return error
  if (fullCodes.includes(code)) return new AssetFilesError('files_full', `The disk of folder ${folder} is full.`, error)
  const reason = reasons[code] ?? code
  return doing === 'write'
    ? new AssetFilesError('files_unwritable', `Files cannot be written to folder ${folder}: ${reason}.`, error)
    : new AssetFilesError('files_unreadable', `Files cannot be read from folder ${folder}: ${reason}.`, error)
}

/** Runs work on the file system alone: what a sender or an aborted signal throws must not pass through here. */
export async function onDisk<Result>(attempted: Attempted, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw toFilesError(error, attempted)
  }
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT'
}

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
