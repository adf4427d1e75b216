import { createHmac } from 'node:crypto'
import { createFixedClock, type Emulator, type EmulatorFault, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startAppServer } from './__fixtures__/app-server.ts'
import { type GraphClient, toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

const hourMs = 3_600_000
const jpeg = sampleAsset('jpeg')
let emulator: Emulator
let host: MediaHost

beforeEach(async () => {
  emulator = await startInstagramEmulator({ now: createFixedClock().now })
  host = await startMediaHost()
})
afterEach(async () => {
  await emulator.close()
  await host.close()
})

async function publish(client: GraphClient, parameters: Record<string, string> = {}): Promise<string> {
  const { json } = await client.post(`${client.accountId}/media`, {
    image_url: host.serve(jpeg.bytes),
    ...parameters,
  })
  emulator.advanceClock(5000)
  const published = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
  expect(published.status).toBe(200)
  return published.json.id
}

describe.each(['ada_demo', 'cleo_demo'])('as %s', (username) => {
  test('comments, replies, hides and deletes', async () => {
    const client = toGraphClient(emulator, username)
    const id = await publish(client)
    const comment = await client.post(`${id}/comments`, { message: 'First!' })
    const reply = await client.post(`${comment.json.id}/replies`, { message: 'Second' })
    const fields = 'id,text,from{id,username},replies{text}'
    expect((await client.get(`${id}/comments`, { fields })).json.data).toMatchObject([
      { id: comment.json.id, text: 'First!', from: { username }, replies: { data: [{ text: 'Second' }] } },
    ])
    const count = async () => (await client.get(id, { fields: 'comments_count' })).json.comments_count
    expect(await count()).toBe(2)
    emulator.setMetrics(id, { comments: 9 })
    expect(await count()).toBe(9)
    expect((await client.post(comment.json.id, {})).json.error).toMatchObject({ code: 100 })
    expect((await client.post(comment.json.id, { hide: 'true' })).json).toEqual({ success: true })
    expect((await client.delete(comment.json.id)).json).toEqual({ success: true })
    expect((await client.get(reply.json.id)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
    const created = await client.post(`${id}/comments`, { message: 'Again', fields: 'id' })
    expect(created.json.error).toMatchObject({ code: 20, error_subcode: 1772107 })
    expect(emulator.posts().at(-1)).toMatchObject({ kind: 'comment', text: 'Again', removedAt: null })
  })

  test('pages through media, newest first', async () => {
    const client = toGraphClient(emulator, username)
    const ids = [await publish(client), await publish(client), await publish(client)].reverse()
    const first = await client.get(`${client.accountId}/media`, { limit: '2' })
    expect(first.json.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    expect(first.json.paging.next).not.toContain('access_token')
    const second = await client.get(`${client.accountId}/media`, {
      limit: '2',
      after: first.json.paging.cursors.after,
    })
    expect(second.json.data).toEqual([{ id: ids[2] }])
    expect(second.json.paging.next).toBeUndefined()
    const several = await client.get('', { ids: ids.join(','), fields: 'media_type' })
    expect(Object.keys(several.json).sort()).toEqual([...ids].sort())
  })

  test('counts what grows, and what a test sets', async () => {
    const client = toGraphClient(emulator, username)
    const id = await publish(client)
    emulator.advanceClock(24 * hourMs)
    const metric = 'views,reach,likes,total_interactions'
    const grown = await client.get(`${id}/insights`, { metric })
    expect(grown.json.data[0]).toMatchObject({ name: 'views', period: 'lifetime', id: `${id}/insights/views/lifetime` })
    expect(grown.json.data[0].values[0].value).toBeGreaterThan(100)
    emulator.setMetrics(id, { views: 7, like_count: 3 })
    const set = await client.get(`${id}/insights`, { metric: 'views,likes' })
    expect(set.json.data.map((one: { values: unknown }) => one.values)).toEqual([[{ value: 7 }], [{ value: 3 }]])
    expect((await client.get(id, { fields: 'like_count' })).json.like_count).toBe(3)
    const wrong = await client.get(`${id}/insights`, { metric: 'views,navigation' })
    expect(wrong.json.error.code).toBe(100)
    const account = await client.get(`${client.accountId}/insights`, {
      metric: 'views',
      period: 'day',
      metric_type: 'total_value',
      breakdown: 'media_product_type',
      since: '0',
    })
    expect(account.json.data[0].total_value.value).toBe(7)
  })

  test('hides the insights of a story that nearly nobody saw', async () => {
    const client = toGraphClient(emulator, username)
    const id = await publish(client, { media_type: 'STORIES' })
    expect((await client.get(`${id}/insights`, { metric: 'reach' })).json.error.code).toBe(10)
    emulator.setMetrics(id, { reach: 50, navigation: 8 })
    const { json } = await client.get(`${id}/insights`, {
      metric: 'navigation',
      breakdown: 'story_navigation_action_type',
    })
    expect(json.data[0].total_value.breakdowns[0].results).toHaveLength(4)
  })

  test('sends a signed webhook for a comment, once the challenge was echoed', async () => {
    const client = toGraphClient(emulator, username)
    const server = await startAppServer()
    const { app } = emulator.credentials()
    const isInstagram = username === 'ada_demo'
    const [id, secret] = isInstagram ? [app.instagramAppId, app.instagramAppSecret] : [app.metaAppId, app.metaAppSecret]
    const subscribe = (callbackUrl: string) =>
      fetch(`${emulator.url}/graph.facebook.com/v25.0/${id}/subscriptions`, {
        method: 'POST',
        body: new URLSearchParams({
          access_token: `${id}|${secret}`,
          object: 'instagram',
          callback_url: callbackUrl,
          fields: 'comments',
          verify_token: 'a word',
        }),
      })
    expect((await subscribe('http://127.0.0.1:9/nobody')).status).toBe(400)
    expect((await subscribe(`${server.url}/webhooks`)).status).toBe(200)
    const mediaId = await publish(client)
    const comment = await client.post(`${mediaId}/comments`, { message: 'Schön' })
    const { headers, body } = await server.next()
    expect(headers['x-hub-signature-256']).toBe(
      `sha256=${createHmac('sha256', String(secret)).update(body).digest('hex')}`,
    )
    expect(body).toContain('Sch\\u00f6n')
    expect(JSON.parse(body)).toMatchObject({
      object: 'instagram',
      entry: [
        {
          id: client.accountId,
          changes: [{ field: 'comments', value: { id: comment.json.id, text: 'Schön', media: { id: mediaId } } }],
        },
      ],
    })
    await server.close()
  })

  test('counts calls in headers and throttles in its own form', async () => {
    const client = toGraphClient(emulator, username)
    const { headers } = await client.get(client.accountId)
    expect(JSON.parse(headers.get('x-app-usage') ?? '')).toMatchObject({ call_count: 0 })
    expect(headers.get('facebook-api-version')).toBe('v25.0')
    const usage = JSON.parse(headers.get('x-business-use-case-usage') ?? '')
    expect(usage[client.accountId]).toMatchObject([{ type: 'instagram', estimated_time_to_regain_access: 0 }])
    emulator.addFault({ match: {}, fault: { kind: 'rate_limit', retryAfterMs: 120_000 } })
    const limited = await client.get(client.accountId)
    expect(limited.json.error.code).toBe(80002)
    expect(JSON.parse(limited.headers.get('x-business-use-case-usage') ?? '')[client.accountId][0]).toMatchObject({
      call_count: 100,
      estimated_time_to_regain_access: 2,
    })
  })
})

test('deletes media with Facebook Login, and not with Instagram Login', async () => {
  const cleo = toGraphClient(emulator, 'cleo_demo')
  const id = await publish(cleo)
  expect((await cleo.delete(id)).json).toEqual({ success: true, deleted_id: id })
  expect(emulator.posts()).toMatchObject([{ id, removedAt: expect.any(String) }])
  expect((await cleo.delete(id)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
  const ada = toGraphClient(emulator, 'ada_demo')
  expect((await ada.delete(await publish(ada))).json.error).toMatchObject({
    code: 100,
    message: 'Unsupported delete request',
  })
})

test('says that fields of the other login do not exist, names in place of ids, and versions that there are not', async () => {
  const ada = toGraphClient(emulator, 'ada_demo')
  const id = await publish(ada)
  expect((await ada.get(id, { fields: 'saved_count' })).json.error).toMatchObject({ code: 100, type: 'IGApiException' })
  expect(await ada.get('ada_demo/media')).toMatchObject({ status: 404, json: { error: { code: 803 } } })
  const headers = { authorization: `Bearer ${emulator.credentials().accounts[0]?.accessToken}` }
  const versions = ['v19.0', 'v20.0', 'v26.0', 'v27.0'].map(async (version) => {
    return (await fetch(`${ada.host}/${version}/me`, { headers })).status
  })
  expect(await Promise.all(versions)).toEqual([400, 200, 200, 400])
})

test('keeps the accounts of others to others', async () => {
  const ada = toGraphClient(emulator, 'ada_demo')
  const bea = toGraphClient(emulator, 'bea_demo')
  const id = await publish(ada)
  expect((await bea.get(id)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
  expect((await bea.post(`${ada.accountId}/media`, { image_url: 'http://127.0.0.1:9/' })).json.error.code).toBe(100)
  expect((await bea.post(`${id}/comments`, { message: 'Hi' })).json.error.code).toBe(100)
})

const stories: readonly [reason: string, status: number, error: object][] = [
  ['not_ready', 400, { code: 9007 }],
  ['quota_reached', 400, { code: 9, error_subcode: 2207042 }],
  ['spam_block_but_live', 400, { code: 4, error_subcode: 2207051 }],
  ['spam_block_not_live', 400, { code: 4, error_subcode: 2207051 }],
  ['publish_500_not_live', 500, { code: 2 }],
  ['buc_throttle', 400, { code: 80002 }],
  ['app_throttle', 400, { code: 4 }],
  ['token_expired', 400, { code: 190 }],
  ['token_expired_463', 400, { code: 190, error_subcode: 463 }],
  ['password_changed', 400, { code: 190, error_subcode: 460 }],
  ['checkpoint', 400, { code: 190, error_subcode: 459 }],
  ['restricted', 400, { code: 25, error_subcode: 2207050 }],
  ['expired_container', 400, { code: -2, error_subcode: 2207020 }],
]
test.each(stories)('plays %s at media_publish', async (reason, status, error) => {
  const client = toGraphClient(emulator, 'cleo_demo')
  const { json } = await client.post(`${client.accountId}/media`, { image_url: host.serve(jpeg.bytes) })
  const fault: EmulatorFault = { kind: 'fail_processing', reason }
  emulator.addFault({ match: { pathPattern: 'media_publish$' }, fault })
  const answer = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
  expect(answer).toMatchObject({ status, json: { error } })
  expect(emulator.posts()).toHaveLength(reason.endsWith('but_live') ? 1 : 0)
})

test('plays what goes wrong while media are made', async () => {
  const client = toGraphClient(emulator, 'cleo_demo')
  const create = async (reason: string) => {
    emulator.addFault({ match: { method: 'POST' }, fault: { kind: 'fail_processing', reason } })
    return client.post(`${client.accountId}/media`, { image_url: host.serve(jpeg.bytes) })
  }
  expect((await create('fetch_fail_once')).json.error).toMatchObject({ code: 9004, error_subcode: 2207052 })
  expect((await create('fetch_fail_empty_uri')).json.error.error_user_msg).toContain(': .')
  emulator.addFault({ match: { method: 'POST' }, fault: { kind: 'fail_processing', reason: 'fetch_fail_once' } })
  const video = { media_type: 'REELS', video_url: 'http://127.0.0.1:1/a.mp4' }
  const refused = await client.post(`${client.accountId}/media`, video)
  expect(refused.json.error.error_user_msg).toContain(video.video_url)
  const failed = await create('video_error_2207026')
  expect((await client.get(failed.json.id, { fields: 'status_code,status' })).json).toMatchObject({
    status_code: 'ERROR',
    status: 'Error: Media upload has failed with error code 2207026',
  })
  const stuck = await create('stuck_in_progress_with_upload_error')
  expect((await client.get(stuck.json.id, { fields: 'status_code,video_status' })).json).toMatchObject({
    status_code: 'IN_PROGRESS',
    video_status: { uploading_phase: { status: 'error', errors: [{ code: 1363008 }] } },
  })
})

test('fails the first reads of new media, and shows what the owner posted meanwhile', async () => {
  const client = toGraphClient(emulator, 'cleo_demo')
  for (const [reason, posts] of [
    ['permalink_33', 1],
    ['owner_posts_concurrently', 3],
  ] as const) {
    emulator.addFault({ match: { pathPattern: 'media_publish$' }, fault: { kind: 'fail_processing', reason } })
    const id = await publish(client)
    if (reason === 'permalink_33') {
      expect((await client.get(id)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
      expect((await client.get(id)).status).toBe(400)
    }
    expect((await client.get(id)).json).toEqual({ id })
    expect(emulator.posts()).toHaveLength(posts)
  }
})

test.each(['media', 'stories'])('shows in %s what the owner posts by hand, which no limit counts', async (edge) => {
  const client = toGraphClient(emulator, 'cleo_demo')
  const fault = { kind: 'fail_processing', reason: 'owner_posts_concurrently' } as const
  emulator.addFault({ match: { pathPattern: `${edge}$` }, fault })
  const list = async () => (await client.get(`${client.accountId}/${edge}`, { fields: 'media_product_type' })).json.data
  const product = edge === 'stories' ? 'STORY' : 'FEED'
  expect(await list()).toMatchObject([{ media_product_type: product }])
  expect(await list()).toHaveLength(1)
  const { json } = await client.get(`${client.accountId}/content_publishing_limit`)
  expect(json.data).toEqual([{ quota_usage: 0 }])
})
