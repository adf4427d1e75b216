import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { createS3Files } from '@ofm-social/core/s3'
import type { OpenedFiles } from './open-files.ts'
import type { S3Config } from './s3-config.ts'
import { StartError } from './start-error.ts'

const checkTimeoutMs = 10_000

/**
 * Opens a bucket, and asks once whether it is there.
 *
 * @throws {StartError} when it is not, or the credentials may not.
 */
export async function openBucket({ bucket, prefix, region, endpoint }: S3Config): Promise<OpenedFiles> {
  const client = new S3Client({
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const check = async (): Promise<void> => {
    const abortSignal = AbortSignal.timeout(checkTimeoutMs)
    await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal })
  }
  try {
    await check()
  } catch (error) {
    client.destroy()
    const reason = error instanceof Error ? error.name : 'no answer'
    const advice =
      'Check S3_BUCKET, S3_ENDPOINT, S3_REGION and the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).'
    throw new StartError(`Bucket ${bucket} cannot be used (${reason}). ${advice}`, error)
  }
  return { files: createS3Files({ client, bucket, prefix }), media: null, check, close: () => client.destroy() }
}
