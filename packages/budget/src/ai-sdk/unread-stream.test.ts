import { createOpenAI } from '@ai-sdk/openai'
import { wrapLanguageModel } from 'ai'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { createLedgerOn } from '../create-ledger.ts'
import { budgetedFetchOn } from '../fetch/budgeted-fetch.ts'
import { nodeHost } from '../ledger-host.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { usd } from '../money.ts'
import { startPaid, words } from '../testing/start-paid.test-support.ts'
import { budgetMiddlewareOn } from './budgeted.ts'

const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'one' }] }]

/** Timers that pass when they are told to. */
function createTimers() {
  let timers: { readonly ms: number; readonly run: () => void }[] = []
  return {
    host: {
      now: () => Date.parse('2026-11-26T12:00:00Z'),
      after: (ms: number, run: () => void) => {
        const timer = { ms, run }
        timers.push(timer)
        return () => {
          timers = timers.filter((other) => other !== timer)
        }
      },
    },
    lengths: () => timers.map(({ ms }) => ms),
    pass(ms: number) {
      for (const timer of timers.filter((one) => one.ms === ms)) timer.run()
    },
  }
}

test('a stream that nobody reads is read to its end behind its caller, and settled', async () => {
  const { standIn, paid, settled, balance } = await startPaid({ answer: () => ({ text: words(20) }) })
  const { host, pass, lengths } = createTimers()
  const model = wrapLanguageModel({
    model: createOpenAI({ baseURL: standIn.url, apiKey: 'any' }).chat('gpt-5.4-mini'),
    middleware: budgetMiddlewareOn({ ...paid, unreadMs: 7_000 }, host),
  })
  const { stream } = await model.doStream({ prompt })
  expect((await balance()).reserved).not.toBe('0.00 USD')
  expect(lengths()).toEqual([7_000])
  pass(7_000)
  expect(await settled()).toBe('0.00009075 USD')
  await expect(stream.getReader().read()).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('a stream that is read slowly is not taken for abandoned, and leaves no timer behind', async () => {
  const { standIn, paid, settled } = await startPaid({ answer: () => ({ text: words(20) }) })
  const { host, lengths } = createTimers()
  const model = wrapLanguageModel({
    model: createOpenAI({ baseURL: standIn.url, apiKey: 'any' }).chat('gpt-5.4-mini'),
    middleware: budgetMiddlewareOn({ ...paid, unreadMs: 7_000 }, host),
  })
  const reader = (await model.doStream({ prompt })).stream.getReader()
  while (!(await reader.read()).done) expect(lengths().length).toBeLessThanOrEqual(1)
  expect(await settled()).toBe('0.00009075 USD')
  expect(lengths()).toEqual([])
})

test('an answer of a client whose body nobody reads is settled, too', async () => {
  const { standIn, paid, settled } = await startPaid({ answer: () => ({ text: words(20) }) })
  const { host, pass } = createTimers()
  const client = new OpenAI({
    baseURL: standIn.url,
    apiKey: 'any',
    fetch: budgetedFetchOn({ ...paid, unreadMs: 7_000 }, host),
  })
  await client.chat.completions.create({
    model: 'gpt-5.4-mini',
    stream: true,
    messages: [{ role: 'user', content: 'one' }],
  })
  await expect
    .poll(async () => {
      pass(7_000)
      return settled()
    })
    .toBe('0.00009075 USD')
})

test('a stream whose process died expires with its reservation, and is booked in full', async () => {
  const { standIn } = await startPaid({ answer: () => ({ text: words(20) }) })
  let nowMs = Date.parse('2026-11-26T12:00:00Z')
  const store = createMemoryLedgerStore({ now: () => nowMs })
  // Of the dead process no timer ever passes: nothing extends, nothing drains.
  const dead = { ...nodeHost, after: () => () => {} }
  const ledger = createLedgerOn({ store }, dead)
  await ledger.setBudget('agency', { limit: usd('1'), period: 'month' })
  const model = wrapLanguageModel({
    model: createOpenAI({ baseURL: standIn.url, apiKey: 'any' }).chat('gpt-5.4-mini'),
    middleware: budgetMiddlewareOn({ ledger, budget: 'agency', outputTokensMax: 1_000 }, dead),
  })
  await model.doStream({ prompt })
  const { reserved } = await ledger.getBudget('agency')
  nowMs += 600_000
  const other = createLedgerOn({ store }, nodeHost)
  expect(await other.sweepAll()).toEqual({ expired: 1 })
  expect(await other.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: reserved, provisional: true })
})
