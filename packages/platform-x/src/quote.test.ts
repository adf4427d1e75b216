import { createFixedClock, createTestSocial } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startXEmulator } from './emulator/index.ts'
import type { XAdapterOptions } from './options.ts'
import { createXAdapter } from './x-adapter.ts'

let emulator: Awaited<ReturnType<typeof startXEmulator>> | undefined
afterEach(() => emulator?.close())

async function connect(options: XAdapterOptions = {}) {
  emulator = await startXEmulator({ now: createFixedClock().now })
  const { app, accounts } = emulator.credentials()
  const social = await createTestSocial({
    adapters: [createXAdapter({ ...options, baseUrl: emulator.url })],
    apps: { x: app },
  })
  const accessToken = accounts[0]?.accessToken ?? ''
  const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens: { accessToken } })
  return { social, to: [account.id] }
}

test('a check says what a post on X costs at list prices, a link as X finds it', async () => {
  const { social, to } = await connect()
  const quoteOf = async (text: string) => (await social.posts.check({ to, text })).quote
  expect(await quoteOf('First light')).toEqual({ x: { requests: 1, usd: '0.015', why: 'one post' } })
  expect(await quoteOf('See example.com')).toEqual({ x: { requests: 1, usd: '0.2', why: 'one post with a link' } })
  const thread = await social.posts.check({ to, parts: [{ text: 'One' }, { text: 'Two' }], comment: 'example.com/bio' })
  expect(thread.quote).toEqual({ x: { requests: 3, usd: '0.23', why: 'two posts, one post with a link' } })
})

test('the read before each post is part of what it costs', async () => {
  const { social, to } = await connect({ baseline: 'newest_post' })
  const { quote } = await social.posts.check({ to, parts: [{ text: 'One' }, { text: 'Two' }] })
  expect(quote).toEqual({ x: { requests: 12, usd: '0.08', why: 'two posts, ten posts read' } })
})

test('a post that is accepted says what it costs', async () => {
  const { social, to } = await connect()
  const { quote } = await social.posts.create({ to, text: 'First light' })
  expect(quote).toEqual({ x: { requests: 1, usd: '0.015', why: 'one post' } })
})
