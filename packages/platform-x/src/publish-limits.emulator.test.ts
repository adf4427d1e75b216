import { createTestSocial } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startXEmulator, type XEmulatorSwitches } from './emulator/index.ts'
import type { XAdapterOptions } from './options.ts'
import { createXAdapter } from './x-adapter.ts'

const minuteMs = 60_000

let emulator: Awaited<ReturnType<typeof startXEmulator>> | undefined
afterEach(() => emulator?.close())

/** One account at an X that lets two posts out, on the clock of the test. */
async function start(switches: XEmulatorSwitches, options: XAdapterOptions) {
  let now = () => 0
  const started = await startXEmulator({ now: () => now(), ...switches })
  emulator = started
  const { app } = started.credentials()
  const adapter = createXAdapter({ baseUrl: started.url, ...options })
  const social = await createTestSocial({ adapters: [adapter], apps: { x: app } })
  now = () => social.now().getTime()
  await started.reset()
  const tokens = { accessToken: started.credentials().accounts[0]?.accessToken ?? '' }
  const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens })
  const held: unknown[] = []
  await social.on('publication.held', async (event) => void held.push(event.reason))
  const post = async (text: string) => {
    const { publications } = await social.posts.create({ to: [account.id], text })
    await social.advance('1min')
    return publications[0]?.id ?? ''
  }
  const sent = () =>
    started.requests().filter(({ method, path }) => method === 'POST' && path.startsWith('/2/tweets')).length
  return { social, post, sent, held, started }
}

test('the third post waits for the end of a window of which X says nothing, and is then published', async () => {
  const window = { name: 'posts in half an hour', scope: 'account' as const, max: 2, perMs: 30 * minuteMs }
  const { social, post, sent, held, started } = await start({}, { publishLimits: [window] })
  const begunAt = social.now().getTime()
  await post('One')
  await post('Two')
  const third = await post('Three')
  const until = new Date(begunAt + window.perMs + 2_000)
  const message =
    "The platform's allowance of this account is used up: 2 of 2 (posts in half an hour). " +
    `It goes on at ${until.toISOString()}.`
  expect(await social.publications.get(third)).toMatchObject({
    state: 'ready',
    hold: { reason: 'rate_limited', scope: 'account', message, until },
  })
  expect(held).toContainEqual({ code: 'rate_limited', message })
  expect(sent()).toBe(2)
  await social.advance(until.getTime() - social.now().getTime() - 1)
  expect((await social.publications.get(third)).state).toBe('ready')
  await social.advance('1min')
  expect(await social.publications.get(third)).toMatchObject({ state: 'published', hold: null })
  expect(sent()).toBe(3)
  expect(started.posts()).toHaveLength(3)
})

test('a window that X names is heeded without another request, and a post whose time passes meanwhile says so', async () => {
  const { social, post, sent } = await start({ rateLimits: { 'POST /2/tweets': { user: 2 } } }, { publishLimits: [] })
  await post('One')
  await post('Two')
  const third = await post('Three')
  expect((await social.publications.get(third)).hold).toMatchObject({
    reason: 'rate_limited',
    message: expect.stringContaining('POST /2/tweets'),
  })
  const late = await social.posts.create({
    to: [(await social.publications.get(third)).accountId],
    text: 'Only now',
    latestByMs: 5 * minuteMs,
  })
  await social.advance('10min')
  expect(await social.publications.get(late.publications[0]?.id ?? '')).toMatchObject({
    state: 'missed',
    reason: { code: 'missed', message: expect.stringContaining("It was held: The platform's allowance") },
  })
  expect(sent()).toBe(2)
  await social.advance('10min')
  expect((await social.publications.get(third)).state).toBe('published')
  expect(sent()).toBe(3)
})
