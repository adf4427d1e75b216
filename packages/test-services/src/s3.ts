import { randomBytes } from 'node:crypto'
import { recordServiceUse } from './service-use.ts'

/** An S3 server as `http://<key>:<secret>@host:port`, or undefined when this run has none. Skip on it like on `postgresAdminUrl`. */
export const s3Url: string | undefined = process.env.OFM_TEST_S3_URL || undefined

/** What a client of the server is made with, and a name for a bucket that no other test has. */
export function readS3Access(): {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly bucket: string
} {
  if (!s3Url) throw new Error('Set OFM_TEST_S3_URL, or run `.ci/s3 start` first.')
  recordServiceUse('S3')
  const { origin, username, password } = new URL(s3Url)
  const credentials = { accessKeyId: username, secretAccessKey: password }
  return { endpoint: origin, credentials, bucket: `ofm-test-${randomBytes(8).toString('hex')}` }
}
