import { AssetFilesError, isAssetFilesError } from '../model/asset-files.ts'

const reasons: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the bucket does not exist',
  AccessDenied: 'the credentials may not',
  InvalidAccessKeyId: 'the credentials are not known',
  SignatureDoesNotMatch: 'the secret key is wrong',
  ExpiredToken: 'the credentials have expired',
  CredentialsProviderError: 'there are no credentials',
  ENOTFOUND: 'the endpoint cannot be found',
  PreconditionFailed: 'something else was sent while it was read',
  ECONNREFUSED: 'the endpoint does not answer',
}
const fullCodes = ['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage']

/** Turns an error of S3 into one that says which bucket and why; never its message, which may hold a signed address. */
export function toS3Error(error: unknown, doing: 'read' | 'write', bucket: string): unknown {
  if (isAssetFilesError(error)) return error
  const code = readCode(error)
  if (code === undefined) return error
  if (fullCodes.includes(code)) return new AssetFilesError('files_full', `Bucket ${bucket} is full.`)
  const reason = reasons[code] ?? code
  return doing === 'write'
    ? new AssetFilesError('files_unwritable', `Files cannot be written to bucket ${bucket}: ${reason}.`)
    : new AssetFilesError('files_unreadable', `Files cannot be read from bucket ${bucket}: ${reason}.`)
}

/** Runs calls of S3 alone: what a sender or an aborted signal throws must not pass through here. */
export async function onS3<Result>(
  doing: 'read' | 'write',
  bucket: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw toS3Error(error, doing, bucket)
  }
}

export function isNotFound(error: unknown): boolean {
  return readStatus(error) === 404 && readCode(error) !== 'NoSuchBucket'
}

export function isRangeRefused(error: unknown): boolean {
  return readStatus(error) === 416
}

function readStatus(error: unknown): number | undefined {
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : undefined
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

/** S3's own name of the error, or the socket's. */
function readCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  const isOfS3 = '$metadata' in error || error.name === 'CredentialsProviderError'
  return isOfS3 ? error.name : undefined
}
