import type { ByteRange } from '../platform/call-context.ts'
import type { AgencyId, CreatorId } from './ids.ts'

/** Whose file it is. Part of every key: a file is out of reach for another creator's credentials. */
export interface AssetOwner {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
}

/** Names one stored file: by its owner and the SHA-256 of its bytes, in 64 lower case hex digits. */
export interface AssetFileKey extends AssetOwner {
  readonly sha256: string
}

export interface PutFileOptions {
  /** Bytes that were announced. Another number is `size_mismatch`, and nothing is kept. */
  readonly sizeBytes?: number
  /** A stream that brings more is cut off with `too_large`, and nothing is kept. */
  readonly sizeBytesMax?: number
  /** MIME type where it is known already; stores that serve files themselves keep it. */
  readonly type?: string
  /** Ends the upload; nothing is kept. */
  readonly signal?: AbortSignal
}

export interface StoredFile {
  readonly sha256: string
  readonly sizeBytes: number
}

/** Bytes of one file. Whoever opens reads to the end or cancels the stream. */
export interface OpenedFile {
  readonly stream: ReadableStream<Uint8Array>
  /** Of the range that was asked for. */
  readonly sizeBytes: number
  /** Of the whole file. */
  readonly fileSizeBytes: number
}

/**
 * What storage of original files must do. Files are named by their content: the same bytes of one creator are stored once, and a stored file
 * never changes. Who still needs a file is the database's knowledge, not the storage's.
 */
export interface AssetFiles {
  /**
   * Stores what the stream brings, at the speed at which storage takes it. The file appears whole or not at all.
   *
   * @throws {AssetFilesError} and cancels the stream. An aborted signal throws its own reason.
   */
  put(owner: AssetOwner, stream: ReadableStream<Uint8Array>, options?: PutFileOptions): Promise<StoredFile>
  /**
   * Opens a file or an inclusive range of it. An end behind the file's end means its end.
   *
   * @throws {AssetFilesError} `file_missing`, or `invalid_range` when the range holds no byte of the file.
   */
  open(key: AssetFileKey, range?: ByteRange): Promise<OpenedFile>
  /** Size of a stored file; undefined when there is none. */
  stat(key: AssetFileKey): Promise<{ readonly sizeBytes: number } | undefined>
  /** Removes a file. One that is already gone is a success. */
  delete(key: AssetFileKey): Promise<void>
  /** A URL from which anybody can fetch the file for at least `forMs`. Absent where the storage cannot serve. */
  publicUrl?(key: AssetFileKey, options: { readonly forMs: number; readonly type?: string }): Promise<string>
}

/**
 * What the caller does next. `files_unwritable`, `files_full`, `files_unreadable`: the operator looks at the storage that the message names.
 * `file_missing`: the bytes are gone. `size_mismatch`, `too_large`: upload again. `invalid_key`, `invalid_range`: a mistake in the call.
 */
export type AssetFilesErrorCode =
  | 'files_unwritable'
  | 'files_full'
  | 'files_unreadable'
  | 'file_missing'
  | 'size_mismatch'
  | 'too_large'
  | 'invalid_key'
  | 'invalid_range'

const marker = Symbol.for('ofm-social.asset-files-error')

/** The one error class of file storage. Recognise it by `isAssetFilesError`, which works across two copies of the package. */
export class AssetFilesError extends Error {
  readonly [marker] = true
  override readonly name = 'AssetFilesError'
  readonly code: AssetFilesErrorCode

  constructor(code: AssetFilesErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** Whether a thrown value is an `AssetFilesError`, also one of another copy of this package. */
export function isAssetFilesError(error: unknown): error is AssetFilesError {
  return typeof error === 'object' && error !== null && marker in error
}
