import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GraphClient, toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'
import type { InstagramEmulatorSwitches } from './switches.ts'

const jpeg = sampleAsset('jpeg', { widthPixels: 1080, heightPixels: 1080 })
let emulator: Emulator
let host: MediaHost

beforeEach(async () => {
  host = await startMediaHost()
})
afterEach(async () => {
  await emulator.close()
  await host.close()
})

async function start(switches: InstagramEmulatorSwitches, username = 'cleo_demo'): Promise<GraphClient> {
  emulator = await startInstagramEmulator({ now: createFixedClock().now, ...switches })
  return toGraphClient(emulator, username)
}

async function create(client: GraphClient, parameters: Record<string, string> = {}): Promise<string> {
  const source: Record<string, string> = parameters.children ? {} : { image_url: host.serve(jpeg.bytes) }
  return (await client.post(`${client.accountId}/media`, { ...source, ...parameters })).json.id
}

const publish = (client: GraphClient, id: string) =>
  client.post(`${client.accountId}/media_publish`, { creation_id: id })
const readStatus = async (client: GraphClient, id: string) =>
  (await client.get(id, { fields: 'status_code' })).json.status_code

describe('containers', () => {
  test('imageProcessingMs: an image is ready after it', async () => {
    const client = await start({ imageProcessingMs: 2000 })
    const id = await create(client)
    emulator.advanceClock(1999)
    expect(await readStatus(client, id)).toBe('IN_PROGRESS')
    emulator.advanceClock(1)
    expect(await readStatus(client, id)).toBe('FINISHED')
  })

  test('carouselProcessingMs: a carousel of ready items is ready after it', async () => {
    const client = await start({ carouselProcessingMs: 3000 })
    const items = [
      await create(client, { is_carousel_item: 'true' }),
      await create(client, { is_carousel_item: 'true' }),
    ]
    const id = await create(client, { media_type: 'CAROUSEL', children: items.join() })
    emulator.advanceClock(2999)
    expect([await readStatus(client, items[0] ?? ''), await readStatus(client, id)]).toEqual([
      'FINISHED',
      'IN_PROGRESS',
    ])
    emulator.advanceClock(1)
    expect((await publish(client, id)).status).toBe(200)
  })

  test.each([
    ['media_expired', -2, 2207020],
    ['not_found', 24, 2207008],
  ] as const)(
    'containerLifeMs ends them, with expiredContainer %s by %i/%i',
    async (expiredContainer, code, subcode) => {
      const client = await start({ containerLifeMs: 60_000, expiredContainer })
      const id = await create(client)
      emulator.advanceClock(59_999)
      expect(await readStatus(client, id)).toBe('FINISHED')
      emulator.advanceClock(1)
      expect(await readStatus(client, id)).toBe('EXPIRED')
      expect((await publish(client, id)).json.error).toMatchObject({ code, error_subcode: subcode })
      expect(emulator.posts()).toEqual([])
    },
  )

  test('that there are not are 24/2207008, those of others 24/2207006', async () => {
    const client = await start({})
    const dana = toGraphClient(emulator, 'dana_demo')
    expect((await publish(client, '17990000000000099')).json.error).toMatchObject({ code: 24, error_subcode: 2207008 })
    const id = await create(dana)
    expect((await publish(client, id)).json.error).toMatchObject({ code: 24, error_subcode: 2207006 })
  })

  test('fetchTimeoutMs: media that take longer are refused', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const client = await start({ fetchTimeoutMs: 20 })
    const image = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/picture.jpg`
    const { json } = await client.post(`${client.accountId}/media`, { image_url: image })
    silent.closeAllConnections()
    silent.close()
    expect(json.error).toMatchObject({ code: -2, error_subcode: 2207003 })
  })
})

test('insightsDelayMs: media have no insights before it', async () => {
  const client = await start({ insightsDelayMs: 60_000 })
  const { id } = (await publish(client, await create(client))).json
  emulator.advanceClock(59_999)
  expect((await client.get(`${id}/insights`, { metric: 'reach' })).json).toEqual({ data: [] })
  emulator.advanceClock(1)
  expect((await client.get(`${id}/insights`, { metric: 'reach' })).json.data).toMatchObject([{ name: 'reach' }])
})

test.each([
  [99, 0],
  [100, 1],
])('followersCount %i: %i metrics of followers', async (followersCount, count) => {
  const client = await start({ followersCount })
  const fields = { fields: 'followers_count' }
  expect((await client.get(client.accountId, fields)).json.followers_count).toBe(followersCount)
  const parameters = { metric: 'follower_count', period: 'day' }
  expect((await client.get(`${client.accountId}/insights`, parameters)).json.data).toHaveLength(count)
})

test('appCallsMax: more calls in an hour are refused, those of all accounts together', async () => {
  const client = await start({ appCallsMax: 2 })
  const ada = toGraphClient(emulator, 'ada_demo')
  const first = await ada.get('me')
  expect(JSON.parse(first.headers.get('x-app-usage') ?? '')).toMatchObject({ call_count: 50 })
  expect((await client.get('me')).status).toBe(200)
  expect((await ada.get('me')).json.error).toMatchObject({ code: 4 })
  emulator.advanceClock(3_600_000)
  expect((await ada.get('me')).status).toBe(200)
})

test.each(['ada_demo', 'cleo_demo'])('comment_created_then_400 as %s: the comment is there', async (username) => {
  const client = await start({}, username)
  const { id } = (await publish(client, await create(client))).json
  const fault = { kind: 'fail_processing', reason: 'comment_created_then_400' } as const
  emulator.addFault({ match: { pathPattern: 'comments$' }, fault })
  const { status, json } = await client.post(`${id}/comments`, { message: 'First' })
  expect([status, json.error.code, json.error.error_subcode]).toEqual([400, 20, 1772107])
  expect(emulator.posts().at(-1)).toMatchObject({ kind: 'comment', text: 'First', parentId: id, removedAt: null })
})
