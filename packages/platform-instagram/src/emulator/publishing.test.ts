import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GraphClient, toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

let emulator: Emulator
let host: MediaHost
let clock: ReturnType<typeof createFixedClock>
const jpeg = sampleAsset('jpeg')
const mp4 = sampleAsset('mp4')

beforeEach(async () => {
  clock = createFixedClock()
  emulator = await startInstagramEmulator({ now: clock.now })
  host = await startMediaHost()
})
afterEach(async () => {
  await emulator.close()
  await host.close()
})

const toClient = (username: string) => toGraphClient(emulator, username)

async function createImage(client: GraphClient, parameters: Record<string, string> = {}) {
  const answer = await client.post(`${client.accountId}/media`, { image_url: host.serve(jpeg.bytes), ...parameters })
  return { answer, id: String(answer.json.id) }
}

describe.each(['ada_demo', 'cleo_demo'])('as %s', (username) => {
  test('publishes an image, once, and lists it', async () => {
    const client = toClient(username)
    const { id } = await createImage(client, { caption: 'Good morning', alt_text: 'A dancer' })
    expect(emulator.posts()).toEqual([])
    const before = await client.get(id, { fields: 'status_code,status' })
    expect(before.json).toEqual({
      id,
      status_code: 'FINISHED',
      status: 'Finished: Media has been uploaded and it is ready to be published.',
    })
    const published = await client.post(`${client.accountId}/media_publish`, { creation_id: id })
    expect(published).toMatchObject({ status: 200, json: { id: expect.stringMatching(/^1790\d{13}$/) } })
    expect(emulator.posts()).toMatchObject([
      { id: published.json.id, accountId: client.accountId, kind: 'image', text: 'Good morning', removedAt: null },
    ])
    expect(emulator.posts()[0]?.mediaSha256).toEqual([jpeg.sha256])
    expect((await client.get(id, { fields: 'status_code' })).json.status_code).toBe('PUBLISHED')
    const again = await client.post(`${client.accountId}/media_publish`, { creation_id: id })
    expect(again).toMatchObject({ status: 400, json: { error: { code: 24, error_subcode: 2207006 } } })
    expect(emulator.posts()).toHaveLength(1)
    const fields = 'caption,alt_text,media_type,media_product_type,permalink,timestamp,username'
    const listed = await client.get(`${client.accountId}/media`, { fields, limit: '10' })
    expect(listed.json.data).toMatchObject([
      { id: published.json.id, caption: 'Good morning', alt_text: 'A dancer', media_type: 'IMAGE', username },
    ])
    expect(listed.json.data[0].timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/)
    const page = await (await fetch(listed.json.data[0].permalink)).text()
    expect(page).toContain('Good morning')
    const quota = await client.get(`${client.accountId}/content_publishing_limit`, { fields: 'quota_usage,config' })
    expect(quota.json).toEqual({ data: [{ quota_usage: 1, config: { quota_total: 50, quota_duration: 86_400 } }] })
    expect(host.seen[0]?.['user-agent']).toContain('facebookexternalhit')
  })

  test('processes a reel over time, refuses it until then, and puts it live', async () => {
    const client = toClient(username)
    const parameters = { media_type: 'REELS', video_url: host.serve(mp4.bytes), share_to_feed: 'false' }
    const { json } = await client.post(`${client.accountId}/media`, parameters)
    expect((await client.get(json.id, { fields: 'status_code' })).json.status_code).toBe('IN_PROGRESS')
    const early = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
    expect(early.json.error).toMatchObject({ code: 9007, error_subcode: 2207027, is_transient: false })
    emulator.advanceClock(5000)
    const published = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
    const read = await client.get(published.json.id, {
      fields: 'media_type,media_product_type,permalink,thumbnail_url',
    })
    expect(read.json).toMatchObject({ media_type: 'VIDEO', media_product_type: 'REELS' })
    expect(read.json.permalink).toContain('/reel/')
  })

  test('publishes a carousel of images and videos as one post', async () => {
    const client = toClient(username)
    const image = await createImage(client, { is_carousel_item: 'true' })
    const second = await createImage(client, { is_carousel_item: 'true' })
    const children = `${image.id},${second.id}`
    const parent = await client.post('me/media'.replace('me', client.accountId), {
      media_type: 'CAROUSEL',
      children,
      caption: 'Two',
    })
    const alone = await client.post(`${client.accountId}/media_publish`, { creation_id: image.id })
    expect(alone.json.error).toMatchObject({ code: 100, error_subcode: 2207089 })
    const published = await client.post(`${client.accountId}/media_publish`, { creation_id: parent.json.id })
    expect(published.status).toBe(200)
    expect(emulator.posts()).toMatchObject([{ kind: 'carousel', mediaSha256: [jpeg.sha256, jpeg.sha256] }])
    const read = await client.get(published.json.id, { fields: 'media_type,children{media_type,media_url}' })
    expect(read.json.children.data).toMatchObject([{ media_type: 'IMAGE' }, { media_type: 'IMAGE' }])
    const tooFew = await client.post(`${client.accountId}/media`, { media_type: 'CAROUSEL', children: image.id })
    expect(tooFew.json.error).toMatchObject({ code: 100, error_subcode: 2207028 })
  })

  test('publishes a story, which only the stories list, for a day', async () => {
    const client = toClient(username)
    const { id } = await createImage(client, { media_type: 'STORIES' })
    const { json } = await client.post(`${client.accountId}/media_publish`, { creation_id: id })
    expect((await client.get(`${client.accountId}/media`)).json.data).toEqual([])
    expect((await client.get(`${client.accountId}/stories`)).json.data).toEqual([{ id: json.id }])
    emulator.advanceClock(86_400_000)
    expect((await client.get(`${client.accountId}/stories`)).json.data).toEqual([])
  })

  test('says at once what is wrong with an image', async () => {
    const client = toClient(username)
    const missing = await createImage(client, { image_url: 'http://127.0.0.1:9/nothing.jpg' })
    expect(missing.answer.json.error).toMatchObject({ code: 9004, error_subcode: 2207052, type: 'OAuthException' })
    const png = await createImage(client, { image_url: host.serve(sampleAsset('png').bytes) })
    expect(png.answer.json.error).toMatchObject({ code: 36001, error_subcode: 2207005 })
    const video = await createImage(client, { image_url: host.serve(mp4.bytes) })
    expect(video.answer.json.error).toMatchObject({ code: 36001, message: 'The image format is not supported' })
    const wide = await createImage(client, {
      image_url: host.serve(sampleAsset('jpeg', { widthPixels: 2000, heightPixels: 500 }).bytes),
    })
    expect(wide.answer.json.error).toMatchObject({ code: 36003, error_subcode: 2207009 })
    const large = await createImage(client, {
      image_url: host.serve(sampleAsset('jpeg', { sizeBytes: 8 * 1024 * 1024 + 1 }).bytes),
    })
    expect(large.answer.json.error).toMatchObject({ code: 36000, error_subcode: 2207004 })
    const long = await createImage(client, { caption: 'x'.repeat(2201) })
    expect(long.answer.json.error).toMatchObject({ code: 36004, error_subcode: 2207010 })
    expect(long.answer.headers.get('www-authenticate')).toContain('OAuth "Facebook Platform"')
  })

  test('says in the status what is wrong with a video', async () => {
    const client = toClient(username)
    const parameters = { media_type: 'REELS', video_url: host.serve(jpeg.bytes) }
    const { json } = await client.post(`${client.accountId}/media`, parameters)
    emulator.advanceClock(5000)
    const status = await client.get(json.id, { fields: 'status_code,status' })
    expect(status.json).toMatchObject({ status_code: 'ERROR', status: expect.stringMatching(/error code 2207\d{3}$/) })
  })

  test('lets a container expire after a day', async () => {
    const client = toClient(username)
    const { id } = await createImage(client)
    emulator.advanceClock(86_400_000)
    expect((await client.get(id, { fields: 'status_code' })).json.status_code).toBe('EXPIRED')
    const late = await client.post(`${client.accountId}/media_publish`, { creation_id: id })
    expect(late.json.error).toMatchObject({ code: -2, error_subcode: 2207020 })
  })

  test('answers 500 to a publish that went live, with a status that lags', async () => {
    const client = toClient(username)
    const { id } = await createImage(client)
    emulator.addFault({
      match: { pathPattern: 'media_publish$' },
      fault: { kind: 'fail_processing', reason: 'publish_500_but_live' },
    })
    const lost = await client.post(`${client.accountId}/media_publish`, { creation_id: id })
    expect(lost).toMatchObject({ status: 500, json: { error: { code: 2, is_transient: true } } })
    expect(emulator.posts()).toHaveLength(1)
    expect((await client.get(id, { fields: 'status_code' })).json.status_code).toBe('FINISHED')
    emulator.advanceClock(30_000)
    expect((await client.get(id, { fields: 'status_code' })).json.status_code).toBe('PUBLISHED')
  })
})

test('takes a video in pieces with Facebook Login, and not with Instagram Login', async () => {
  const client = toClient('cleo_demo')
  const { json } = await client.post(`${client.accountId}/media`, { media_type: 'REELS', upload_type: 'resumable' })
  expect(json.uri).toBe(`${emulator.url}/rupload.facebook.com/ig-api-upload/v25.0/${json.id}`)
  const token = emulator.credentials().accounts.find((one) => one.id === client.accountId)?.accessToken
  const half = Math.floor(mp4.bytes.length / 2)
  const send = (offset: number, bytes: Uint8Array) =>
    fetch(json.uri, {
      method: 'POST',
      headers: { authorization: `OAuth ${token}`, offset: String(offset), file_size: String(mp4.bytes.length) },
      body: Buffer.from(bytes),
    })
  await send(0, mp4.bytes.subarray(0, half))
  const underWay = await client.get(json.id, { fields: 'status_code,video_status' })
  expect(underWay.json).toMatchObject({
    status_code: 'IN_PROGRESS',
    video_status: { uploading_phase: { status: 'in_progress', bytes_transferred: half } },
  })
  const wrong = await send(0, mp4.bytes)
  expect([wrong.status, Object.keys(Object(await wrong.json()))]).toEqual([400, ['debug_info']])
  expect(wrong.headers.get('www-authenticate')).toContain('OAuth "Facebook Platform"')
  const last = await send(half, mp4.bytes.subarray(half))
  expect(await last.json()).toEqual({ success: true, message: 'Upload successful.' })
  emulator.advanceClock(5000)
  const published = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
  expect(published.status).toBe(200)
  expect(emulator.posts()[0]?.mediaSha256).toEqual([mp4.sha256])

  const other = toClient('ada_demo')
  const refused = await other.post('me/media', { media_type: 'REELS', upload_type: 'resumable' })
  expect(refused.json.error).toMatchObject({
    code: 100,
    message: 'The parameter video_url is required',
    type: 'IGApiException',
  })
})

test.each([
  ['rupload_processing_failed_but_finishes', 'ProcessingFailedError', mp4.bytes.length],
  ['rupload_interrupted_at_1000', 'PartialRequestError', 1000],
])('plays %s', async (reason, type, transferred) => {
  const client = toClient('cleo_demo')
  const { json } = await client.post(`${client.accountId}/media`, { media_type: 'REELS', upload_type: 'resumable' })
  const token = emulator.credentials().accounts.find((one) => one.id === client.accountId)?.accessToken
  const headers = { authorization: `OAuth ${token}`, file_size: String(mp4.bytes.length) }
  const send = (offset: number) => {
    const body = Buffer.from(mp4.bytes.subarray(offset))
    return fetch(json.uri, { method: 'POST', headers: { ...headers, offset: String(offset) }, body })
  }
  emulator.addFault({ match: { pathPattern: 'ig-api-upload' }, fault: { kind: 'fail_processing', reason } })
  const failed = Object(await (await send(0)).json())
  expect(failed).toMatchObject({ debug_info: { type, message: expect.stringContaining('"success":false') } })
  const read = async () => (await client.get(json.id, { fields: 'status_code,video_status' })).json
  expect((await read()).video_status.uploading_phase.bytes_transferred).toBe(transferred)
  if (transferred < mp4.bytes.length) expect((await send(transferred)).status).toBe(200)
  emulator.advanceClock(5000)
  expect((await read()).status_code).toBe('FINISHED')
})

test('plays publish_timeout_but_live: a gateway gives up, and the post is there', async () => {
  const client = toClient('ada_demo')
  const { id } = await createImage(client)
  const fault = { kind: 'fail_processing', reason: 'publish_timeout_but_live' } as const
  emulator.addFault({ match: { pathPattern: 'media_publish$' }, fault })
  const lost = await client.post('me/media_publish', { creation_id: id })
  expect([lost.status, lost.headers.get('content-type')]).toEqual([504, 'text/html; charset=utf-8'])
  expect(emulator.posts()).toHaveLength(1)
})

test('ends the day at the quota, by the rolling window', async () => {
  await emulator.close()
  emulator = await startInstagramEmulator({ now: clock.now, quotaTotal: 1 })
  const client = toClient('ada_demo')
  const first = await createImage(client)
  const second = await createImage(client)
  await client.post('me/media_publish', { creation_id: first.id })
  const refused = await client.post('me/media_publish', { creation_id: second.id })
  expect(refused.json.error).toMatchObject({ code: 9, error_subcode: 2207042 })
  emulator.advanceClock(86_400_000)
  const third = await createImage(client)
  expect((await client.post('me/media_publish', { creation_id: third.id })).status).toBe(200)
})
