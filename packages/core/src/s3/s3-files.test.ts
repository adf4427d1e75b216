import { randomUUID } from 'node:crypto'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { readS3Access, s3Url } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AssetOwner } from '../model/asset-files.ts'
import { createIds } from '../model/ids.ts'
import { assetFilesCases } from '../testing/asset-files-cases.ts'
import { copyObject } from './copy-object.ts'
import { createS3Files } from './s3-files.ts'

const createId = createIds({ now: () => 1_795_000_000_000, random: (bytes) => bytes.fill(3) })
const ada: AssetOwner = { agencyId: createId('agency'), creatorId: createId('creator') }
const hello = {
  bytes: Buffer.from('hello'),
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
}
const streamOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream()

describe.skipIf(!s3Url)('files in a bucket', () => {
  let client: S3Client
  let bucket: string
  const createFiles = (prefix = `${randomUUID()}/`) => createS3Files({ client, bucket, prefix })
  const listKeys = async (prefix: string) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))
    return Contents.map(({ Key }) => Key)
  }

  beforeAll(async () => {
    const access = readS3Access()
    bucket = access.bucket
    client = new S3Client({
      endpoint: access.endpoint,
      credentials: access.credentials,
      region: 'us-east-1',
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
  })
  afterAll(() => client?.destroy())

  for (const { name, run } of assetFilesCases(async () => createFiles())) test(name, run)

  test('leave nothing behind but themselves, also when an upload is refused', async () => {
    const files = createFiles('clean/')
    await files.put(ada, streamOf(hello.bytes))
    await expect(files.put(ada, streamOf(Buffer.from('hello!')), { sizeBytesMax: 5 })).rejects.toMatchObject({
      code: 'too_large',
    })
    expect(await listKeys('clean/')).toEqual([`clean/${ada.agencyId}/${ada.creatorId}/2c/${hello.sha256}`])
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    expect(Uploads).toEqual([])
  })

  test('of more than one part arrive whole', async () => {
    const files = createFiles()
    const bytes = new Uint8Array(12 * 1024 * 1024).map((_, index) => (index * 31 + (index >> 12)) % 253)
    const { sha256, sizeBytes } = await files.put(ada, streamOf(bytes))
    expect(sizeBytes).toBe(bytes.length)
    const { stream } = await files.open({ ...ada, sha256 }, { start: 8_000_000, end: 8_000_999 })
    const range = new Uint8Array(await new Response(stream).arrayBuffer())
    expect(Buffer.compare(range, bytes.slice(8_000_000, 8_001_000))).toBe(0)
  })

  test('larger than S3 copies at once are copied in parts', async () => {
    const files = createFiles('parts/')
    const bytes = new Uint8Array(11 * 1024 * 1024).fill(7)
    const { sha256 } = await files.put(ada, streamOf(bytes))
    const from = `parts/${ada.agencyId}/${ada.creatorId}/${sha256.slice(0, 2)}/${sha256}`
    const copy = { bucket, from, to: 'parts/copied', sizeBytes: bytes.length, type: 'video/mp4' }
    await copyObject(client, { ...copy, partBytes: 5 * 1024 * 1024 })
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'parts/copied' }))
    expect(Contents.map(({ Size }) => Size)).toEqual([bytes.length])
  })

  test('can be fetched by anybody who has their signed address, and by nobody with another', async () => {
    const files = createFiles()
    await files.put(ada, streamOf(hello.bytes))
    const url = await files.publicUrl({ ...ada, sha256: hello.sha256 }, { forMs: 60_000, type: 'text/plain' })
    const fetched = await fetch(url)
    expect(await fetched.text()).toBe('hello')
    expect(fetched.headers.get('content-type')).toBe('text/plain')
    const forged = await fetch(url.replace(/Signature=.{8}/, 'Signature=00000000'))
    expect(forged.status).toBe(403)
    await expect(files.publicUrl({ ...ada, sha256: hello.sha256 }, { forMs: 8 * 86_400_000 })).rejects.toThrow('7 days')
  })

  test('can be sent by a browser to a signed address, once and in the size that was said', async () => {
    const files = createFiles()
    const { uploadId, url, headers } = await files.createUpload(ada, {
      forMs: 60_000,
      sizeBytes: 5,
      type: 'text/plain',
    })
    const sent = await fetch(url, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'hello' })
    expect([sent.status, headers]).toEqual([200, { 'content-type': 'text/plain', 'content-length': '5' }])
    expect(
      (await fetch(url, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'hello!' })).status,
    ).toBe(403)
    expect(await files.takeUpload(ada, uploadId)).toEqual({ sha256: hello.sha256, sizeBytes: 5 })
    expect(await files.stat({ ...ada, sha256: hello.sha256 })).toEqual({ sizeBytes: 5 })
    await expect(files.takeUpload(ada, uploadId)).rejects.toMatchObject({ code: 'file_missing' })
  })

  test('are what was read, not what was sent to their address meanwhile', async () => {
    const plain = createFiles('swap/')
    const { uploadId, url } = await plain.createUpload(ada, { forMs: 60_000, sizeBytes: 5, type: 'text/plain' })
    const send = (body: string) => fetch(url, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body })
    await send('hello')
    const swapping = Object.assign(Object.create(client), {
      send: async (command: unknown) => {
        if (command instanceof CopyObjectCommand) await send('later')
        return client.send(command as never)
      },
    })
    const files = createS3Files({ client: swapping, bucket, prefix: 'swap/' })
    await expect(files.takeUpload(ada, uploadId)).rejects.toMatchObject({ code: 'files_unwritable' })
    expect(await plain.stat({ ...ada, sha256: hello.sha256 })).toBeUndefined()
  })

  test('say which bucket is at fault, and why', async () => {
    const files = createS3Files({ client, bucket: `${bucket}-missing` })
    await expect(files.put(ada, streamOf(hello.bytes))).rejects.toMatchObject({
      code: 'files_unwritable',
      message: `Files cannot be written to bucket ${bucket}-missing: the bucket does not exist.`,
    })
  })
})

test('an endpoint that does not answer is told without its address', async () => {
  const client = new S3Client({
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'a', secretAccessKey: 'planted-secret' },
    region: 'us-east-1',
    maxAttempts: 1,
  })
  const files = createS3Files({ client, bucket: 'b' })
  const error: unknown = await files.put(ada, streamOf(hello.bytes)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'files_unwritable' })
  expect(JSON.stringify([error, String(error)])).not.toMatch(/planted-secret|Signature/)
  client.destroy()
})

/** A sender who goes on until told to stop, and whether it was. */
function createSender() {
  let isStopped = false
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(6 * 1024 * 1024)),
    cancel: () => {
      isStopped = true
    },
  })
  return { stream, isStopped: () => isStopped }
}

test('a sender is told to stop when the bucket takes nothing', async () => {
  const client = new S3Client({
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    region: 'us-east-1',
    maxAttempts: 1,
  })
  const sender = createSender()
  await expect(createS3Files({ client, bucket: 'b' }).put(ada, sender.stream)).rejects.toMatchObject({
    code: 'files_unwritable',
  })
  await vi.waitFor(() => expect(sender.isStopped()).toBe(true), { timeout: 60_000, interval: 5 })
  client.destroy()
})

test('a connection is given back when what was sent is too large', async () => {
  const client = new S3Client({ region: 'us-east-1' })
  const sender = createSender()
  const Body = { transformToWebStream: () => sender.stream }
  vi.spyOn(client, 'send').mockImplementation(async () => ({ Body, ContentLength: 7_000_000 }))
  const taken = createS3Files({ client, bucket: 'b' }).takeUpload(ada, randomUUID(), { sizeBytesMax: 10 })
  await expect(taken).rejects.toMatchObject({ code: 'too_large' })
  await vi.waitFor(() => expect(sender.isStopped()).toBe(true), { timeout: 60_000, interval: 5 })
})
