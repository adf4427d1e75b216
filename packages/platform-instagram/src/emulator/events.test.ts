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
  server = await startAppServer()
  await start({})
})
afterEach(async () => {
  await emulator.close()
  await host.close()
  await server.close()
})

async function start(switches: InstagramEmulatorSwitches) {
  await emulator?.close()
  emulator = await startInstagramEmulator({ now: createFixedClock().now, ...switches })
}

async function publishStory() {
  const client = toGraphClient(emulator, 'cleo_demo')
  const image = host.serve(sampleAsset('jpeg').bytes)
  const { json } = await client.post(`${client.accountId}/media`, { media_type: 'STORIES', image_url: image })
  const published = await client.post(`${client.accountId}/media_publish`, { creation_id: json.id })
  return { client, id: String(published.json.id) }
}

async function subscribe(fields: string) {
  const { metaAppId: id, metaAppSecret: secret } = emulator.credentials().app
  const url = `${emulator.url}/graph.facebook.com/v25.0/${id}/subscriptions`
  const parameters = { object: 'instagram', callback_url: `${server.url}/webhooks`, fields, verify_token: 'a word' }
  const token = `access_token=${id}|${secret}`
  const answer = await fetch(`${url}?${token}`, { method: 'POST', body: new URLSearchParams(parameters) })
  expect(answer.status).toBe(200)
  return { list: async () => Object(await (await fetch(`${url}?${token}`)).json()).data }
}

test('tells what a story reached when it ends', async () => {
  const { list } = await subscribe('story_insights,comments')
  expect(await list()).toMatchObject([
    { object: 'instagram', fields: [{ name: 'story_insights' }, { name: 'comments' }] },
  ])
  const { client, id } = await publishStory()
  emulator.setMetrics(id, { reach: 50 })
  emulator.advanceClock(86_400_000)
  await client.get('me')
  const { body } = await server.next()
  expect(JSON.parse(body).entry[0].changes).toMatchObject([
    { field: 'story_insights', value: { media_id: id, reach: 50 } },
  ])
})

test('delivers again what was not taken', async () => {
  await start({ deauthorizeUrl: `${server.url}/gone`, deliveryRetryMs: 60_000 })
  await server.close()
  const port = Number(new URL(server.url).port)
  await toGraphClient(emulator, 'ada_demo').delete('me/permissions')
  server = await startAppServer({ port })
  const timer = setInterval(() => emulator.advanceClock(60_000), 10)
  expect((await server.next()).path).toBe('/gone')
  clearInterval(timer)
})

test('lets a person remove the app and ask for deletion on the page of the account', async () => {
  await start({ deauthorizeUrl: `${server.url}/removed`, dataDeletionUrl: `${server.url}/deletion` })
  const page = await (await fetch(`${emulator.url}/www.instagram.com/ada_demo/`)).text()
  expect(page).toContain('Nothing yet.')
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
  const body = new URLSearchParams({ do: 'delete_data' })
  await fetch(`${emulator.url}${action}`, { method: 'POST', body })
  expect([(await server.next()).path, (await server.next()).path]).toEqual(['/removed', '/deletion'])
  const read = await toGraphClient(emulator, 'ada_demo').get('me')
  expect(read.json.error).toMatchObject({ code: 190, error_subcode: 458 })
})

test('asks robots.txt before it fetches where the switch says so', async () => {
  await start({ robots: 'strict' })
  const client = toGraphClient(emulator, 'ada_demo')
  const image = host.serve(sampleAsset('jpeg').bytes, 'private/picture.jpg')
  expect((await client.post('me/media', { image_url: image })).status).toBe(200)
  host.serve(Buffer.from('User-agent: *\nDisallow: /private/\n'), 'robots.txt')
  expect((await client.post('me/media', { image_url: image })).json.error).toMatchObject({ error_subcode: 2207052 })
})
