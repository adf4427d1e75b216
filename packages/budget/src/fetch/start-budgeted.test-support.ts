import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, expect } from 'vitest'
import type { BudgetedProblem } from '../call/budgeted-options.ts'
import { createLedger } from '../create-ledger.ts'
import { type LedgerHost, nodeHost } from '../ledger-host.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { usd } from '../money.ts'
import { type ModelStandIn, type ModelStandInOptions, startModelStandIn } from '../stand-in/start-model-stand-in.ts'
import { budgetedFetchOn } from './budgeted-fetch.ts'
import type { BudgetedFetchOptions } from './budgeted-fetch-options.ts'

const running: ModelStandIn[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((standIn) => standIn.stop()))
})

export interface BudgetedSetting extends Partial<BudgetedFetchOptions> {
  readonly answer?: ModelStandInOptions['answer']
  readonly limit?: string
  readonly host?: Pick<LedgerHost, 'now' | 'after'>
}

/** A stand-in, a ledger in memory, and the official clients between them as they are, with their own retries. */
export async function startBudgeted({ answer, limit = '1', host = nodeHost, ...options }: BudgetedSetting = {}) {
  const standIn = await startModelStandIn({ ...(answer ? { answer } : {}) })
  running.push(standIn)
  const ledger = createLedger({ store: createMemoryLedgerStore() })
  await ledger.setBudget('agency', { limit: usd(limit), period: 'month' })
  const problems: BudgetedProblem[] = []
  const onProblem = (problem: BudgetedProblem) => void problems.push(problem)
  const fetch = budgetedFetchOn({ ledger, budget: 'agency', outputTokensMax: 1_000, onProblem, ...options }, host)
  const balance = async () => {
    const { settled, reserved } = await ledger.getBudget('agency')
    return { settled: settled.toJSON(), reserved: reserved.toJSON() }
  }
  return {
    standIn,
    ledger,
    problems,
    fetch,
    openai: new OpenAI({ baseURL: standIn.url, apiKey: 'any', fetch }),
    anthropic: new Anthropic({ baseURL: standIn.origin, apiKey: 'any', fetch }),
    balance,
    /** Once nothing is reserved any more. */
    async settled() {
      await expect.poll(async () => (await balance()).reserved).toBe('0.00 USD')
      return (await balance()).settled
    },
    async kinds() {
      const { items } = await ledger.listEntries({ budget: 'agency' })
      return items
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'period')
        .toReversed()
    },
  }
}

export const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ')
export const countWords = (text: string) => text.split(' ').filter(Boolean).length
/** What a call failed with. */
export const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )
