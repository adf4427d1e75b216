import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import {
  type AssetFileKey,
  type AssetFiles,
  AssetFilesError,
  type AssetOwner,
  type OpenedFile,
  type PutFileOptions,
  type StoredFile,
} from '../model/asset-files.ts'
import type { ByteRange } from '../platform/call-context.ts'
import { copyObject } from './copy-object.ts'
import { countChunks } from './counted-chunks.ts'
import { createObjectKeys, type ObjectKeys } from './object-key.ts'
import { isNotFound, isRangeRefused, onS3, toS3Error } from './s3-error.ts'

export interface S3FilesOptions {
  /**
   * Made, and destroyed, by the host. For servers that are not AWS's, and for URLs that browsers upload to, make it with
   * `requestChecksumCalculation: 'WHEN_REQUIRED'`.
   */
  readonly client: S3Client
  readonly bucket: string
  /** Before every key, such as `assets/`. Default none. */
  readonly prefix?: string
}

/** An address to which a browser may send one file, without passing through the host. */
export interface S3Upload {
  readonly uploadId: string
  readonly url: string
  /** Must be sent exactly so: they are signed. */
  readonly headers: Readonly<Record<string, string>>
}

export interface S3Files extends AssetFiles {
  /** Signed; for at most seven days, and no longer than the credentials live that signed it. */
  publicUrl(key: AssetFileKey, options: { readonly forMs: number; readonly type?: string }): Promise<string>
  /** Signs a `PUT` of one file of exactly this size. */
  createUpload(
    owner: AssetOwner,
    options: { readonly forMs: number; readonly sizeBytes: number; readonly type: string },
  ): Promise<S3Upload>
  /**
   * Takes in what was sent to such an address: reads it once for its hash. The address is used up.
   *
   * @throws {AssetFilesError} `file_missing` when nothing was sent, or it was taken in before.
   */
  takeUpload(owner: AssetOwner, uploadId: string, options?: PutFileOptions): Promise<StoredFile>
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const signedForMsMax = 7 * 86_400_000

interface Storage {
  readonly client: S3Client
  readonly bucket: string
  readonly keys: ObjectKeys
}

/**
 * Keeps original files in a bucket of S3, or of a server that speaks its protocol. Uploads stream in parts, about 20 MiB of memory each. Let the
 * bucket expire `<prefix>incoming/` and incomplete multipart uploads after a day: that is what a crash leaves behind.
 *
 * Needs `@aws-sdk/client-s3`, `@aws-sdk/lib-storage` and `@aws-sdk/s3-request-presigner` beside core.
 */
export function createS3Files({ client, bucket, prefix = '' }: S3FilesOptions): S3Files {
  const storage: Storage = { client, bucket, keys: createObjectKeys(prefix) }
  const { keys } = storage
  return {
    put: (owner, stream, options = {}) => put(storage, owner, stream, options),
    open: (key, range) => open(storage, key, range),
    stat: async (key) => stat(storage, keys.file(key)),
    async delete(key) {
      const Key = keys.file(key)
      await onS3('write', bucket, () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })))
    },
    async publicUrl(key, { forMs, type }) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: keys.file(key),
        ResponseCacheControl: 'private, no-store',
        ...(type === undefined ? {} : { ResponseContentType: type }),
      })
      return onS3('read', bucket, () => getSignedUrl(client, command, { expiresIn: toSeconds(forMs) }))
    },
    async createUpload(owner, { forMs, sizeBytes, type }) {
      const uploadId = randomUUID()
      const Key = keys.incoming(owner, uploadId)
      const command = new PutObjectCommand({ Bucket: bucket, Key, ContentType: type, ContentLength: sizeBytes })
      const signed = { expiresIn: toSeconds(forMs), signableHeaders: new Set(['content-type', 'content-length']) }
      const url = await onS3('write', bucket, () => getSignedUrl(client, command, signed))
      return { uploadId, url, headers: { 'content-type': type, 'content-length': String(sizeBytes) } }
    },
    takeUpload: (owner, uploadId, options = {}) => takeUpload(storage, owner, uploadId, options),
  }
}

function toSeconds(forMs: number): number {
  if (forMs <= signedForMsMax) return Math.ceil(forMs / 1000)
  throw new AssetFilesError('files_unreadable', `S3 signs for at most 7 days; ${forMs} ms were asked for.`)
}

/** Goes to a place of its own first: the name is the hash, which is known at the end. */
async function put(
  storage: Storage,
  owner: AssetOwner,
  stream: ReadableStream<Uint8Array>,
  options: PutFileOptions,
): Promise<StoredFile> {
  const { client, bucket, keys } = storage
  const { chunks, stored, failure, stop } = countChunks(stream, options)
  try {
    options.signal?.throwIfAborted()
    const Key = keys.incoming(owner, randomUUID())
    const Body = Readable.from(chunks, { objectMode: false })
    const ContentType = options.type ?? 'application/octet-stream'
    const upload = new Upload({ client, params: { Bucket: bucket, Key, Body, ContentType } })
    const onAbort = () => void upload.abort()
    options.signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await upload.done()
      options.signal?.throwIfAborted()
      await settle(storage, owner, { from: Key, type: ContentType }, stored())
      return stored()
    } catch (error) {
      options.signal?.throwIfAborted()
      throw failure() ?? toS3Error(error, 'write', bucket)
    } finally {
      options.signal?.removeEventListener('abort', onAbort)
      await remove(storage, Key)
    }
  } catch (error) {
    stop(error)
    throw error
  }
}

/** Under its name, unless it is there: the same bytes are stored once. */
async function settle(
  storage: Storage,
  owner: AssetOwner,
  source: { readonly from: string; readonly type: string; readonly etag?: string | undefined },
  { sha256, sizeBytes }: StoredFile,
): Promise<void> {
  const { client, bucket, keys } = storage
  const to = keys.file({ ...owner, sha256 })
  if ((await stat(storage, to))?.sizeBytes === sizeBytes) return
  await onS3('write', bucket, () => copyObject(client, { bucket, ...source, to, sizeBytes }))
}

/** What stays behind, the bucket's lifecycle removes. */
async function remove({ client, bucket }: Storage, Key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key })).catch(() => undefined)
}

async function takeUpload(
  storage: Storage,
  owner: AssetOwner,
  uploadId: string,
  options: PutFileOptions,
): Promise<StoredFile> {
  const { bucket, keys } = storage
  const Key = keys.incoming(owner, uploadId)
  const { stream, type, etag } = await onS3('read', bucket, () => openObject(storage, Key, undefined))
  const { chunks, stored } = countChunks(stream, options)
  for await (const _chunk of chunks) options.signal?.throwIfAborted()
  // Its address still takes other bytes: what was read is copied, or nothing.
  await settle(storage, owner, { from: Key, type: options.type ?? type, etag }, stored())
  await remove(storage, Key)
  return stored()
}

async function stat({ client, bucket }: Storage, Key: string): Promise<{ readonly sizeBytes: number } | undefined> {
  return onS3('read', bucket, async () => {
    try {
      const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }))
      return { sizeBytes: ContentLength }
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  })
}

async function open(storage: Storage, key: AssetFileKey, range: ByteRange | undefined): Promise<OpenedFile> {
  if (range && !isRange(range)) throw invalidRange()
  const Key = storage.keys.file(key)
  const { stream, sizeBytes, fileSizeBytes } = await onS3('read', storage.bucket, () => openObject(storage, Key, range))
  return { stream, sizeBytes, fileSizeBytes }
}

async function openObject({ client, bucket }: Storage, Key: string, range: ByteRange | undefined) {
  const Range = range && `bytes=${range.start}-${range.end}`
  try {
    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key, Range }))
    const sizeBytes = found.ContentLength ?? 0
    const whole = Number(found.ContentRange?.split('/').at(-1))
    return {
      stream: found.Body?.transformToWebStream() ?? new Blob([]).stream(),
      sizeBytes,
      fileSizeBytes: Number.isSafeInteger(whole) ? whole : sizeBytes,
      type: found.ContentType ?? 'application/octet-stream',
      etag: found.ETag,
    }
  } catch (error) {
    if (isNotFound(error)) throw new AssetFilesError('file_missing', 'The file is not in the bucket (any more).')
    if (isRangeRefused(error)) throw invalidRange()
    throw error
  }
}

const isRange = ({ start, end }: ByteRange): boolean =>
  Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end

const invalidRange = (): AssetFilesError => new AssetFilesError('invalid_range', 'The range holds no byte of the file.')
