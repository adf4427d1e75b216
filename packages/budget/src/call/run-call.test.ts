import { expect, test } from 'vitest'
import { BudgetError } from '../budget-error.ts'
import { createLedger } from '../create-ledger.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { usd } from '../money.ts'
import type { BudgetedProblem } from './budgeted-options.ts'
import { createCallSettings } from './call-settings.ts'
import { planCall } from './plan-call.ts'
import { runCall } from './run-call.ts'

async function start({ settles = true, storedInput = false } = {}) {
  const ledger = createLedger({ store: createMemoryLedgerStore() })
  await ledger.setBudget('agency', { limit: usd('5'), period: 'once' })
  const problems: BudgetedProblem[] = []
  const losing: typeof ledger.withReservation = async (...call) => {
    const result = await ledger.withReservation(...call)
    if (!settles) throw new BudgetError('unavailable', 'The database is gone.')
    return result
  }
  const options = {
    ledger: { withReservation: losing, extend: ledger.extend },
    budget: 'agency',
    countTokens: () => 0,
    afterAbort: 'count' as const,
    onProblem: (problem: BudgetedProblem) => void problems.push(problem),
  }
  const settings = createCallSettings(options, { now: () => Date.parse('2026-11-26T12:00:00Z'), after: () => () => {} })
  const request = {
    vendor: 'openai',
    model: 'gpt-5.4-mini',
    prompt: { counts: new Map([['input', 100]]), unbounded: false },
    storedInput,
    outputTokensMax: 100,
    boundOutput: (bound: number) => bound,
    cacheWrites: undefined,
    tools: {},
    tier: null,
    region: null,
  }
  return { ledger, problems, settings, plan: planCall(request, settings) }
}

test('hands on an answer whose settlement failed, and reports it', async () => {
  const { settings, plan, problems } = await start({ settles: false })
  const answer = await runCall<never, string>(plan, settings, {
    signal: undefined,
    open: async () => ({ kind: 'whole', result: 'answer', cost: usd('0.01') }),
  })
  expect(answer).toBe('answer')
  expect(problems).toMatchObject([{ message: 'A call could not be settled.', cause: { code: 'unavailable' } }])
})

test.each([
  ['counted, where all input was', false, '0.000075 USD'],
  ['settled in full, where the vendor added input of its own', true, '0.20445 USD'],
])('a stream that broke is %s', async (_, storedInput, settled) => {
  const { settings, plan, ledger } = await start({ storedInput })
  const stream = await runCall<string, ReadableStream<string>>(plan, settings, {
    signal: undefined,
    open: async () => ({
      kind: 'streamed',
      stream: new ReadableStream({ pull: (controller) => controller.error(new Error('broken')) }),
      tally: {
        see: () => '',
        readText: () => '',
        receivedAnything: true,
        finished: false,
        error: undefined,
        readUsage: () => null,
      },
      passes: () => true,
      give: (watched) => watched,
      whenCut: 'counted',
    }),
  })
  await expect(stream.getReader().read()).rejects.toThrow('broken')
  await expect.poll(async () => (await ledger.getBudget('agency')).reserved.amountNanos).toBe(0n)
  expect((await ledger.getBudget('agency')).settled.toJSON()).toBe(settled)
})
