import { type Emulator, type EmulatorFault, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startEmulatedApp } from './__fixtures__/emulated-app.ts'
import { toGraphClient } from './emulator/__fixtures__/graph-client.ts'
import { startMediaHost } from './emulator/__fixtures__/media-host.ts'
import type { InstagramEmulatorSwitches } from './emulator/index.ts'

const PUBLISHING = { method: 'POST', pathPattern: '/media_publish$' }
const BY_HAND = { kind: 'fail_processing', reason: 'owner_posts_concurrently' } as const
const minuteMs = 60_000
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const start = (switches: InstagramEmulatorSwitches = {}) =>
  startEmulatedApp(closing, { ...switches, login: 'instagram' })
type App = Awaited<ReturnType<typeof start>>

const countPublishes = (emulator: Emulator) =>
  emulator.requests().filter(({ path }) => path.endsWith('/media_publish')).length
const lose = ({ emulator }: App, fault: EmulatorFault) => emulator.addFault({ match: PUBLISHING, times: 1, fault })

/** The creator posts a story in the app. */
async function postStoryByHand({ emulator }: App): Promise<string> {
  emulator.addFault({ match: { pathPattern: '/stories$' }, times: 1, fault: BY_HAND })
  await toGraphClient(emulator, 'ada_demo').get('me/stories')
  return emulator.posts().at(-1)?.id ?? ''
}

/** Another app of the creator's posts: Instagram counts that, too. */
async function postByAnotherApp({ emulator }: App, fields: Record<string, string>): Promise<string> {
  const host = await startMediaHost()
  closing.push(() => host.close())
  const client = toGraphClient(emulator, 'ada_demo')
  const image_url = host.serve(sampleAsset('jpeg').bytes)
  const { json } = await client.post('me/media', { image_url, ...fields })
  return (await client.post('me/media_publish', { creation_id: json.id })).json.id
}

async function readEnd({ social, emulator }: App, id: string) {
  const { state, parts } = await social.publications.get(id)
  const live = emulator.posts().find((post) => post.id === parts[0]?.externalId)
  return { state, text: live?.text }
}

describe.each([
  ['never reached Instagram', { kind: 'reset_before' }],
  ['was taken without an answer', { kind: 'accept_then_reset' }],
] as const)('both posts of an account are published and nobody is asked when one that %s', (_, fault) => {
  test.each([
    ['is the first, and the second goes out meanwhile', { isFirst: true, betweenMs: 5_000 }],
    ['is the second', { isFirst: false, betweenMs: 5_000 }],
    ['is one of two at the same moment', { isFirst: true, betweenMs: 0 }],
  ])('%s', async (_name, { isFirst, betweenMs }) => {
    const app = await start()
    const { social, emulator, publish } = app
    if (isFirst) lose(app, fault)
    const first = await publish('First light')
    if (betweenMs > 0) await social.advance(betweenMs)
    if (!isFirst) lose(app, fault)
    const second = await publish('Another post')
    await social.advance('5min')
    expect(await readEnd(app, first)).toEqual({ state: 'published', text: 'First light' })
    expect(await readEnd(app, second)).toEqual({ state: 'published', text: 'Another post' })
    expect(emulator.posts()).toHaveLength(2)
  })
})

test('two posts of an account that are lost at one moment, each in another way, are both published', async () => {
  const app = await start()
  lose(app, { kind: 'reset_before' })
  lose(app, { kind: 'accept_then_reset' })
  const ids = [await app.publish('First light'), await app.publish('Another post')]
  await app.social.advance('5min')
  for (const id of ids) expect(await readEnd(app, id)).toMatchObject({ state: 'published' })
  expect(app.emulator.posts()).toHaveLength(2)
})

test('a post that never reached Instagram is published although another app posts: a quarter of an hour later', async () => {
  const app = await start()
  lose(app, { kind: 'reset_before' })
  const id = await app.publish('First light')
  await app.social.advance('5s')
  await postByAnotherApp(app, { caption: 'Of another app' })
  await app.social.advance('10min')
  expect(await readEnd(app, id)).toMatchObject({ state: 'publishing' })
  await app.social.advance('6min')
  expect(await readEnd(app, id)).toEqual({ state: 'published', text: 'First light' })
  expect(countPublishes(app.emulator)).toBe(3)
})

describe('a story that is lost while the creator posts one by hand', () => {
  test.each([
    ['nothing else is posted', undefined],
    ['another app posts an image', { caption: 'Of another app' }],
    ['another app posts a story', { media_type: 'STORIES' }],
  ])('is published when it never reached Instagram, and %s', async (_, byAnotherApp) => {
    const app = await start()
    lose(app, { kind: 'reset_before' })
    const id = await app.publishStory()
    await app.social.advance('5s')
    const foreign = [await postStoryByHand(app)]
    if (byAnotherApp) foreign.push(await postByAnotherApp(app, byAnotherApp))
    await app.social.advance('20min')
    const { state, parts } = await app.social.publications.get(id)
    const own = app.emulator.posts().filter((post) => !foreign.includes(post.id))
    expect({ state, ids: [parts[0]?.externalId] }).toEqual({ state: 'published', ids: own.map((post) => post.id) })
  })

  test('takes no id when it was taken: which of the two is ours nobody can say', async () => {
    const app = await start()
    lose(app, { kind: 'accept_then_reset' })
    const id = await app.publishStory()
    await app.social.advance('5s')
    await postStoryByHand(app)
    await app.social.advance('20min')
    expect(await app.social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: null }] })
    expect([app.emulator.posts().length, countPublishes(app.emulator)]).toEqual([2, 1])
  })
})

test('a story whose answer is lost has its id a quarter of an hour later', async () => {
  const app = await start()
  lose(app, { kind: 'accept_then_reset' })
  const id = await app.publishStory()
  await app.social.advance('10min')
  expect(await app.social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: null }] })
  await app.social.advance('10min')
  const [live] = app.emulator.posts()
  expect(await app.social.publications.get(id)).toMatchObject({ parts: [{ externalId: live?.id }] })
})

test('a first comment waits for the id of a post without words, and nobody is asked', async () => {
  const app = await start()
  lose(app, { kind: 'accept_then_reset' })
  const id = await app.publish('', 'Link in bio')
  const states: string[] = []
  for (let minute = 0; minute < 17; minute += 1) {
    await app.social.advance('1min')
    states.push((await app.social.publications.get(id)).state)
  }
  expect(states).not.toContain('needs_attention')
  expect(states.at(-1)).toBe('published')
  expect(app.emulator.posts().map(({ kind }) => kind)).toEqual(['image', 'comment'])
})

test('a story that is live while its container says for long that it waits is sent again, refused, and found', async () => {
  const app = await start({ statusLagMs: 20 * minuteMs })
  const { social, emulator } = app
  lose(app, { kind: 'fail_processing', reason: 'publish_500_but_live' })
  const id = await app.publishStory()
  await social.advance('16min')
  const sent = emulator.requests().filter(({ path }) => path.endsWith('/media_publish'))
  expect(sent.map(({ status }) => status)).toEqual([500, 400])
  expect(await social.publications.get(id)).toMatchObject({ state: 'publishing' })
  await social.advance('30min')
  const [live] = emulator.posts()
  expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: live?.id }] })
  expect([emulator.posts().length, countPublishes(emulator)]).toEqual([1, 2])
})

test('a container whose every write is lost is published again every three minutes, not at every look', async () => {
  const { social, emulator, publish } = await start()
  emulator.addFault({ match: PUBLISHING, times: 1_000, fault: { kind: 'refuse', status: 503 } })
  const id = await publish('First light')
  await social.advance('10min')
  expect(countPublishes(emulator)).toBe(4)
  emulator.clearFaults()
  await social.advance('10min')
  expect(await social.publications.get(id)).toMatchObject({ state: 'published' })
  expect(emulator.posts()).toHaveLength(1)
})
