import { createOpenAI } from '@ai-sdk/openai'
import { generateText, streamText } from 'ai'
import { expect, test } from 'vitest'
import { BudgetError } from '../budget-error.ts'
import type { BudgetedProblem } from '../call/budgeted-options.ts'
import { createLedgerOn } from '../create-ledger.ts'
import { nodeHost } from '../ledger-host.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { usd } from '../money.ts'
import { startModelStandIn } from '../stand-in/start-model-stand-in.ts'
import { budgeted } from './budgeted.ts'

test.each(['generated', 'streamed'] as const)(
  'an answer that was %s reaches its caller while the ledger is away, and is booked later',
  async (how) => {
    const standIn = await startModelStandIn()
    const store = createMemoryLedgerStore()
    let away = true
    const finish: typeof store.finish = async (tenant, items) => {
      if (away) throw new BudgetError('unavailable', 'The database is not reachable.')
      return store.finish(tenant, items)
    }
    // Pauses pass at once; extensions are never due.
    const after = (ms: number, run: () => void) => (ms < 60_000 ? nodeHost.after(0, run) : () => {})
    const ledger = createLedgerOn({ store: { ...store, finish }, onProblem: () => {} }, { ...nodeHost, after })
    await ledger.setBudget('agency', { limit: usd('1'), period: 'month' })
    const problems: BudgetedProblem[] = []
    const model = budgeted(createOpenAI({ baseURL: standIn.url, apiKey: 'any' }).chat('gpt-5.4-mini'), {
      ledger,
      budget: 'agency',
      outputTokensMax: 1_000,
      onProblem: (problem) => problems.push(problem),
    })
    const call = { model, prompt: 'one two', maxRetries: 0 }
    const text = how === 'generated' ? (await generateText(call)).text : await streamText(call).text
    expect(text).toBe('You said: one two')
    expect(standIn.calls).toHaveLength(1)
    await expect.poll(() => problems).toMatchObject([{ model: 'gpt-5.4-mini', cause: { code: 'unavailable' } }])
    expect((await ledger.getBudget('agency')).reserved.amountNanos).toBeGreaterThan(0n)
    away = false
    await ledger.close()
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0') })
    expect((await ledger.getBudget('agency')).settled.amountNanos).toBeGreaterThan(0n)
    await standIn.stop()
  },
)
