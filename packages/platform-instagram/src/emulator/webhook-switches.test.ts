import { createHmac } from 'node:crypto'
import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AppServer, startAppServer } from './__fixtures__/app-server.ts'
import { toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'
import type { InstagramEmulatorSwitches } from './switches.ts'

let emulator: Emulator
let host: MediaHost
let server: AppServer

beforeEach(async () => {
  host = await startMediaHost()
})
afterEach(async () => {
  await emulator.close()
  await host.close()
  await server.close()
})

/** As Ada, who has one picture live; the app hears of comments. */
async function start(switches: InstagramEmulatorSwitches) {
  server = await startAppServer()
  emulator = await startInstagramEmulator({ now: createFixedClock().now, ...switches })
  const { metaAppId: id, metaAppSecret: secret } = emulator.credentials().app
  const url = `${emulator.url}/graph.facebook.com/${id}/subscriptions?access_token=${id}|${secret}`
  const callback = `${server.url}/webhooks`
  const body = { object: 'instagram', callback_url: callback, fields: 'comments', verify_token: 'a word' }
  expect((await fetch(url, { method: 'POST', body: new URLSearchParams(body) })).status).toBe(200)
  const ada = toGraphClient(emulator, 'ada_demo')
  const { json } = await ada.post('me/media', { image_url: host.serve(sampleAsset('jpeg').bytes) })
  const mediaId = (await ada.post('me/media_publish', { creation_id: json.id })).json.id
  return { ada, comment: (message: string) => ada.post(`${mediaId}/comments`, { message }) }
}

test.each(['instagram', 'meta'] as const)('instagramSigningSecret %s signs', async (instagramSigningSecret) => {
  const { comment } = await start({ instagramSigningSecret })
  await comment('First')
  const { body, headers } = await server.next()
  const { instagramAppSecret, metaAppSecret } = emulator.credentials().app
  const secret = String(instagramSigningSecret === 'meta' ? metaAppSecret : instagramAppSecret)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  expect(headers['x-hub-signature-256']).toBe(`sha256=${signature}`)
})

test('accountSubscription required: nothing is told of accounts that subscribe to nothing', async () => {
  const { ada, comment } = await start({ accountSubscription: 'required' })
  await comment('Before')
  await ada.post('me/subscribed_apps', { subscribed_fields: 'comments' })
  await comment('After')
  expect((await server.next()).body).toContain('"text":"After"')
})

test('accountSubscription not_needed: everything is told', async () => {
  const { comment } = await start({ accountSubscription: 'not_needed' })
  await comment('Before')
  expect((await server.next()).body).toContain('"text":"Before"')
})

test('webhookShape entry: the change stands in the entry itself, in a list', async () => {
  const { comment } = await start({ webhookShape: 'entry' })
  await comment('First')
  expect(JSON.parse((await server.next()).body)).toMatchObject([
    { object: 'instagram', entry: [{ id: '17841400000000001', field: 'comments', value: { text: 'First' } }] },
  ])
})

test('deliveryLifeMs: what fails later than that is not repeated', async () => {
  server = await startAppServer({ status: 500 })
  const now = createFixedClock().now
  emulator = await startInstagramEmulator({ now, deauthorizeUrl: `${server.url}/gone`, deliveryLifeMs: 0 })
  const tellOf = async (username: string) => {
    await toGraphClient(emulator, username).delete('me/permissions')
    const request = new URLSearchParams((await server.next()).body).get('signed_request') ?? ''
    return JSON.parse(Buffer.from(request.split('.')[1] ?? '', 'base64url').toString()).user_id
  }
  expect([await tellOf('ada_demo'), await tellOf('bea_demo')]).toEqual(['27100000000000001', '27100000000000002'])
})
