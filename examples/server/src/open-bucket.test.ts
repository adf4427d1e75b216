import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { createTestSocial } from '@ofm-social/core/testing'
import { readS3Access, s3Url } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openBucket } from './open-bucket.ts'
import type { OpenedFiles } from './open-files.ts'

describe.skipIf(!s3Url)('a bucket', () => {
  let opened: OpenedFiles
  let endpoint: string
  beforeAll(async () => {
    const access = readS3Access()
    endpoint = access.endpoint
    vi.stubEnv('AWS_ACCESS_KEY_ID', access.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', access.credentials.secretAccessKey)
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: access.bucket }))
    client.destroy()
    opened = await openBucket({ bucket: access.bucket, prefix: 'assets/', region: 'us-east-1', endpoint })
  })
  afterAll(() => {
    opened?.close()
    vi.unstubAllEnvs()
  })

  test('keeps the files of an app, and answers that it is there', async () => {
    const social = await createTestSocial({ files: opened.files })
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
    const asset = await social.assets.add({ creator: 'ada', stream: new Blob([gif]).stream(), fileName: 'dot.gif' })
    const { stream } = await social.assets.open(asset.id)
    expect(Buffer.from(await new Response(stream).arrayBuffer())).toEqual(gif)
    await expect(opened.check()).resolves.toBeUndefined()
  })

  test('that is not there is a sentence that says what to check', async () => {
    const missing = openBucket({ bucket: 'ofm-not-there', prefix: '', region: 'us-east-1', endpoint })
    await expect(missing).rejects.toThrow(/^Bucket ofm-not-there cannot be used .* Check S3_BUCKET/)
  })
})
