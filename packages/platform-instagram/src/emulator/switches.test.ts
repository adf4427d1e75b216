import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GraphClient, toGraphClient } from './__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './__fixtures__/media-host.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'
import type { InstagramEmulatorSwitches } from './switches.ts'

let emulator: Emulator | undefined
let host: MediaHost

beforeEach(async () => {
  host = await startMediaHost()
})
afterEach(async () => {
  await emulator?.close()
  await host.close()
})

async function start(username: string, switches: InstagramEmulatorSwitches): Promise<GraphClient> {
  emulator = await startInstagramEmulator({ now: createFixedClock().now, ...switches })
  return toGraphClient(emulator, username)
}

const create = (client: GraphClient, kind: 'jpeg' | 'png' | 'mp4', parameters: Record<string, string> = {}) => {
  const url = host.serve(sampleAsset(kind).bytes)
  const source: Record<string, string> = kind === 'mp4' ? { media_type: 'REELS', video_url: url } : { image_url: url }
  return client.post(`${client.accountId}/media`, { ...source, ...parameters })
}

test('answers a second publish of a container with the same media', async () => {
  const client = await start('ada_demo', { republish: 'same_media' })
  const { json } = await create(client, 'jpeg')
  const publish = () => client.post('me/media_publish', { creation_id: json.id })
  expect((await publish()).json).toEqual((await publish()).json)
  expect(emulator?.posts()).toHaveLength(1)
})

test('says for a while that a container waits which went live with an error', async () => {
  const client = await start('ada_demo', { statusLagMs: 60_000 })
  const { json } = await create(client, 'jpeg')
  const fault = { kind: 'fail_processing', reason: 'publish_500_but_live' } as const
  emulator?.addFault({ match: { pathPattern: 'media_publish$' }, fault })
  await client.post('me/media_publish', { creation_id: json.id })
  const read = async () => (await client.get(json.id, { fields: 'status_code' })).json.status_code
  expect(await read()).toBe('FINISHED')
  emulator?.advanceClock(60_000)
  expect(await read()).toBe('PUBLISHED')
})

test('takes PNG', async () => {
  expect((await create(await start('ada_demo', { imageFormats: 'png_too' }), 'png')).status).toBe(200)
})

test('refuses a video with an edit list', async () => {
  const client = await start('ada_demo', { videoChecks: 'strict', videoProcessingMs: 0 })
  const { json } = await create(client, 'mp4')
  expect((await client.get(json.id, { fields: 'status' })).json.status).toContain('2207026')
})

test('refuses accounts in trouble', async () => {
  const restricted = await start('ada_demo', { accountStates: { ada_demo: 'restricted', bea_demo: 'checkpointed' } })
  expect((await create(restricted, 'jpeg')).json.error).toMatchObject({ code: 25, error_subcode: 2207050 })
  if (!emulator) return
  const checkpointed = await create(toGraphClient(emulator, 'bea_demo'), 'jpeg')
  expect(checkpointed.json.error).toMatchObject({ code: 190, error_subcode: 459 })
})

test('refuses trial reels to an account that has none, and offsets outside of the video', async () => {
  const client = await start('ada_demo', { withoutTrialReels: ['ada_demo'], videoProcessingMs: 0 })
  const trial = await create(client, 'mp4', { trial_params: '{"graduation_strategy":"MANUAL"}' })
  expect(trial.json.error).toMatchObject({ code: 100, error_subcode: 2207081 })
  const late = await create(client, 'mp4', { thumb_offset: '60000' })
  expect((await client.get(late.json.id, { fields: 'status' })).json.status).toContain('2207057')
  expect((await create(client, 'mp4', { thumb_offset: '-1' })).json.error).toMatchObject({ code: 1 })
})

test('ends containers at their limit, and calls at theirs', async () => {
  const client = await start('cleo_demo', { containersMax: 1, accountCallsMax: 4 })
  expect((await create(client, 'jpeg')).status).toBe(200)
  expect((await create(client, 'jpeg')).json.error).toMatchObject({ error_subcode: 2207032 })
  await client.get(client.accountId)
  await client.get(client.accountId)
  const limited = await client.get(client.accountId)
  expect(limited.json.error.code).toBe(80002)
  const usage = JSON.parse(limited.headers.get('x-business-use-case-usage') ?? '')
  expect(usage[client.accountId]).toMatchObject([{ call_count: 100, estimated_time_to_regain_access: 60 }])
})

test('lists new media late, and hides who commented', async () => {
  const client = await start('cleo_demo', { listingLagMs: 30_000, commentAuthors: 'withheld' })
  const container = await create(client, 'jpeg')
  const { json } = await client.post(`${client.accountId}/media_publish`, { creation_id: container.json.id })
  expect((await client.get(`${client.accountId}/media`)).json.data).toEqual([])
  emulator?.advanceClock(30_000)
  expect((await client.get(`${client.accountId}/media`)).json.data).toEqual([{ id: json.id }])
  await client.post(`${json.id}/comments`, { message: 'First' })
  const fields = 'text,from,username'
  expect((await client.get(`${json.id}/comments`, { fields })).json.data).toEqual([
    { id: expect.any(String), text: 'First' },
  ])
})

test('names calls by the account that owns what they read', async () => {
  const client = await start('cleo_demo', {})
  const { json } = await create(client, 'jpeg')
  const { headers } = await client.get(json.id, { fields: 'status_code' })
  expect(Object.keys(JSON.parse(headers.get('x-business-use-case-usage') ?? '{}'))).toEqual([client.accountId])
})
