import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'

/** S3 copies at most so much in one call. https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html */
const copyBytesMax = 5 * 1024 ** 3

/** Copies within a bucket, in the service: no byte passes through here. */
export async function copyObject(
  client: S3Client,
  copy: {
    readonly bucket: string
    readonly from: string
    readonly to: string
    readonly sizeBytes: number
    readonly type: string
    /** What must be there: something else is not copied. */
    readonly etag?: string | undefined
    /** Larger objects are copied in parts of this size. Default 5 GiB, the most that S3 takes. */
    readonly partBytes?: number
  },
): Promise<void> {
  const {
    bucket: Bucket,
    from,
    to: Key,
    type: ContentType,
    etag: CopySourceIfMatch,
    sizeBytes,
    partBytes = copyBytesMax,
  } = copy
  const source = { CopySource: `${Bucket}/${encodeURI(from)}`, CopySourceIfMatch }
  if (sizeBytes <= partBytes) {
    await client.send(new CopyObjectCommand({ Bucket, Key, ...source, ContentType, MetadataDirective: 'REPLACE' }))
    return
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }))
  try {
    const Parts = []
    for (let start = 0, PartNumber = 1; start < sizeBytes; start += partBytes, PartNumber += 1) {
      const end = Math.min(start + partBytes, sizeBytes) - 1
      const part = { Bucket, Key, UploadId, PartNumber, ...source, CopySourceRange: `bytes=${start}-${end}` }
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part))
      Parts.push({ PartNumber, ETag: CopyPartResult?.ETag })
    }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined)
    throw error
  }
}
