import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'
import { sign } from './webhook-signature.ts'

interface Received {
  readonly signature: string
  readonly body: string
}

let x: X
let server: Server
let url: string
let received: Received[]
/** Statuses of the next answers to events; then 200. */
let statuses: number[]
let secret: string

beforeEach(async () => {
  received = []
  statuses = []
  secret = 'emulated-x-api-secret'
  server = createServer(async (request, response) => {
    const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('crc_token')
    if (token !== null) return response.end(JSON.stringify({ response_token: sign(secret, token) }))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const signature = String(request.headers['x-twitter-webhooks-signature'])
    received.push({ signature, body: Buffer.concat(chunks).toString() })
    return response.writeHead(statuses.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
})
afterEach(async () => {
  server.close()
  await x.close()
})

/** For slow machines; a quick one waits for milliseconds. */
const patience = { timeout: 60_000, interval: 5 }
const waitForEvents = (count: number) => vi.waitFor(() => expect(received).toHaveLength(count), patience)
const events = () => received.map(({ body }) => JSON.parse(body).data)

async function start(switches: XEmulatorSwitches = {}) {
  x = await startX(switches)
  const token = String(x.app.bearerToken)
  const made = await x.post('/2/webhooks', { url }, token)
  const webhookId = String(made.json.data?.id)
  const subscribe = (eventType: string, userId: string, as: string = token) =>
    x.post(
      '/2/activity/subscriptions',
      { event_type: eventType, filter: { user_id: userId }, tag: 'conn_01H', webhook_id: webhookId },
      as,
    )
  return { token, made, webhookId, subscribe }
}

describe('registration', () => {
  test('challenges the address, and takes one', async () => {
    const { token, made, webhookId } = await start()
    expect(made.json.data).toMatchObject({ url, valid: true })
    const reasons = [
      (await x.post('/2/webhooks', { url }, token)).json.detail,
      (await x.post('/2/webhooks', { url: `${url}/other` }, token)).json.detail,
      (await x.post('/2/webhooks', { url: 'ftp://example.com' }, token)).json.detail,
      (await x.send('PUT', '/2/webhooks/1', { token })).json.detail,
    ]
    expect(reasons).toEqual(['DuplicateUrlFailed', 'WebhookLimitExceeded', 'UrlValidationFailed', 'WebhookIdInvalid'])
    secret = 'wrong'
    expect((await x.send('PUT', `/2/webhooks/${webhookId}`, { token })).json.detail).toBe('CrcValidationFailed')
    expect((await x.get('/2/webhooks', token)).json.data[0].valid).toBe(false)
    expect((await x.send('DELETE', `/2/webhooks/${webhookId}`, { token })).json).toEqual({ data: { deleted: true } })
    expect((await x.get('/2/webhooks', token)).json).toEqual({ meta: { result_count: 0 } })
  })

  test('a wrong secret is refused, a user token too, and strict addresses by switch', async () => {
    secret = 'wrong'
    const { made, token } = await start({ webhookUrls: 'local_too' })
    expect([made.status, made.json.detail]).toEqual([400, 'CrcValidationFailed'])
    expect((await x.post('/2/webhooks', { url })).json.title).toBe('Unsupported Authentication')
    await x.close()
    x = await startX({ webhookUrls: 'public_only' })
    expect((await x.post('/2/webhooks', { url }, token)).json.detail).toBe('UrlValidationFailed')
  })
})

test('a refusal has the reason in a problem of its own, or in a blank one', async () => {
  secret = 'wrong'
  const { made } = await start({ webhookRefusal: 'blank' })
  expect(made.json).toEqual({
    title: 'Bad Request',
    type: 'about:blank',
    status: 400,
    detail: 'CrcValidationFailed',
  })
})

describe('events', () => {
  test('tell a new and a deleted post, signed, to who subscribed', async () => {
    const { subscribe } = await start()
    await subscribe('post.create', x.ada.id)
    await subscribe('post.delete', x.ada.id)
    const { id } = (await x.tweet('Told')).json.data
    await x.tweet('Not told', {}, x.bea.accessToken)
    await x.send('DELETE', `/2/tweets/${id}`)
    await waitForEvents(2)
    const [created, deleted] = events()
    expect(created).toMatchObject({
      filter: { user_id: x.ada.id },
      event_type: 'post.create',
      tag: 'conn_01H',
      payload: { id, text: 'Told', reply_settings: 'everyone', edit_history_tweet_ids: [id] },
      includes: { users: [{ data: { id: x.ada.id, username: 'ada_demo' } }] },
    })
    expect(created.event_uuid).toMatch(/^-?\d+$/)
    expect(created.payload.edit_controls).toMatchObject({ edits_remaining: 5, edits_remaining_str: '5' })
    expect(deleted).toMatchObject({ event_type: 'post.delete', payload: { id, author_id: x.ada.id } })
    for (const { body, signature } of received) expect(signature).toBe(sign(String(x.app.apiSecret), body))
  })

  test('private ones need the token of the user itself', async () => {
    const { subscribe } = await start({ plan: 'enterprise' })
    expect((await subscribe('post.mention.create', x.bea.id)).status).toBe(403)
    expect((await subscribe('post.mention.create', x.bea.id, x.ada.accessToken)).status).toBe(403)
    expect((await subscribe('like.create', x.bea.id, x.bea.accessToken)).status).toBe(403)
    expect((await subscribe('post.mention.create', x.bea.id, x.bea.accessToken)).status).toBe(200)
    await subscribe('post.reply.create', x.ada.id, x.ada.accessToken)
    const { id } = (await x.tweet('Hello @bea_demo')).json.data
    await x.tweet('Hello back', { reply: { in_reply_to_tweet_id: id } }, x.bea.accessToken)
    await waitForEvents(2)
    expect(events()).toMatchObject([
      { event_type: 'post.mention.create', payload: { id } },
      { event_type: 'post.reply.create', payload: { in_reply_to_tweet_id: id, in_reply_to_user_id: x.ada.id } },
    ])
  })

  test('are tried again three times, later each time', async () => {
    const { subscribe } = await start({ deliveryRetryMs: 60_000 })
    await subscribe('post.create', x.ada.id)
    statuses = [500, 503, 500]
    await x.tweet('Told')
    await waitForEvents(1)
    x.clock.advance(60_000)
    await waitForEvents(2)
    x.clock.advance(120_000)
    await waitForEvents(3)
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
    await x.tweet('Told too')
    await waitForEvents(4)
    expect(events()[3].payload.text).toBe('Told too')
  })

  test('tell a revoked grant, and come again in a replay', async () => {
    const { token, webhookId } = await start()
    x.emulator.addFault({ match: { path: '/2/users/me' }, fault: { kind: 'revoke_token' } })
    expect((await x.get('/2/users/me')).status).toBe(401)
    await waitForEvents(1)
    expect(events()[0].filter).toEqual({})
    expect(events()[0]).toMatchObject({
      event_type: 'oauth.revoke',
      payload: { date_time: '2026-12-01T12:00:00+00:00', user_id: x.ada.id, app_id: '29820954' },
    })
    const replay = { webhook_id: webhookId, from_date: '202612011200', to_date: '202612011200' }
    expect((await x.post('/2/webhooks/replay', replay, token)).status).toBe(200)
    await waitForEvents(2)
    expect(received[1]).toEqual(received[0])
  })

  test('tell a revoked grant to who subscribed, or to nobody', async () => {
    for (const [revokeEvents, status] of [
      ['subscribers', 200],
      ['nobody', 400],
    ] as const) {
      received = []
      const { subscribe } = await start({ revokeEvents })
      expect((await subscribe('oauth.revoke', x.ada.id)).status).toBe(status)
      await subscribe('post.delete', x.ada.id)
      const { id } = (await x.tweet('Told')).json.data
      for (const account of ['bea_demo', 'ada_demo']) {
        await x.send('DELETE', `/_emulator/accounts/${account}/permission`, { token: null })
      }
      await x.send('DELETE', `/_emulator/posts/${id}`, { token: null })
      await waitForEvents(status === 200 ? 2 : 1)
      expect(events().map(({ event_type }) => event_type)).toEqual(
        status === 200 ? ['oauth.revoke', 'post.delete'] : ['post.delete'],
      )
      await x.close()
    }
  })

  test('name users wrapped, or bare', async () => {
    for (const eventUsers of ['wrapped', 'bare'] as const) {
      received = []
      const { subscribe } = await start({ eventUsers })
      await subscribe('post.create', x.ada.id)
      await x.tweet('Told')
      await waitForEvents(1)
      const [user] = events()[0].includes.users
      expect((eventUsers === 'wrapped' ? user.data : user).username).toBe('ada_demo')
      await x.close()
    }
  })

  test('are given up after as many tries as the switch says, and webhooks are as many', async () => {
    const { subscribe, token } = await start({ deliveryTriesMax: 1, webhooksMax: 2 })
    expect((await x.post('/2/webhooks', { url: `${url}/other` }, token)).status).toBe(200)
    await subscribe('post.create', x.ada.id)
    statuses = [500]
    await x.tweet('Lost')
    await waitForEvents(1)
    x.clock.advance(3_000_000)
    await x.tweet('Told')
    await waitForEvents(2)
    expect(events().map(({ payload }) => payload.text)).toEqual(['Lost', 'Told'])
  })

  test('come twice, or forged, where the switches say so', async () => {
    const { subscribe } = await start({ deliveryCopies: 2 })
    await subscribe('post.create', x.ada.id)
    await x.tweet('Twice')
    await waitForEvents(2)
    expect(received[1]).toEqual(received[0])
    await x.send('POST', '/_emulator/switches', { token: null, body: '{"deliveryCopies":1,"deliveries":"tampered"}' })
    await x.tweet('Forged')
    await waitForEvents(3)
    expect(events()[2].payload.text).toBe('Forged')
    expect(received[2]?.signature).not.toBe(sign(String(x.app.apiSecret), received[2]?.body ?? ''))
  })

  test('stop when the webhook fails its next challenge', async () => {
    const { subscribe, token } = await start()
    await subscribe('post.create', x.ada.id)
    secret = 'changed'
    x.clock.advance(3_599_999)
    await x.tweet('Told')
    await waitForEvents(1)
    received = []
    x.clock.advance(1)
    await x.tweet('Not told')
    await vi.waitFor(async () => expect((await x.get('/2/webhooks', token)).json.data[0].valid).toBe(false), patience)
    expect(received).toEqual([])
  })

  test('nothing is told of a post that a fault kept from happening', async () => {
    const { subscribe } = await start()
    await subscribe('post.create', x.ada.id)
    x.emulator.addFault({ match: { path: '/2/tweets' }, fault: { kind: 'truncate_body', effect: 'before' } })
    await expect(x.tweet('Lost')).rejects.toThrow()
    x.emulator.addFault({ match: { path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
    await expect(x.tweet('Kept')).rejects.toThrow()
    await waitForEvents(1)
    expect(events()[0].payload.text).toBe('Kept')
  })
})

test('subscriptions are listed in pages, changed and deleted, in the documented shapes', async () => {
  const { subscribe, token } = await start({ subscriptionAnswer: 'list' })
  const first = await subscribe('post.create', x.ada.id)
  expect(first.json).toMatchObject({ data: [{ event_type: 'post.create' }], meta: { total_subscriptions: 1 } })
  await subscribe('post.delete', x.ada.id)
  const page = await x.get('/2/activity/subscriptions?max_results=1', token)
  const next = await x.get(
    `/2/activity/subscriptions?max_results=1&pagination_token=${page.json.meta.next_token}`,
    token,
  )
  expect([...page.json.data, ...next.json.data].map(({ event_type }: { event_type: string }) => event_type)).toEqual([
    'post.create',
    'post.delete',
  ])
  const id = first.json.data[0].subscription_id
  const changed = await x.send('PUT', `/2/activity/subscriptions/${id}`, {
    token,
    body: '{"tag":"other"}',
    headers: { 'content-type': 'application/json' },
  })
  expect(changed.json.data[0].tag).toBe('other')
  expect((await x.send('DELETE', `/2/activity/subscriptions/${id}`, { token })).json.meta).toEqual({
    total_subscriptions: 1,
  })
})
