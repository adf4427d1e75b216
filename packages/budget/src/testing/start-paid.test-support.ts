import { afterEach, expect } from 'vitest'
import type { BudgetedProblem } from '../call/budgeted-options.ts'
import { createLedger } from '../create-ledger.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { usd } from '../money.ts'
import { type ModelStandIn, type ModelStandInOptions, startModelStandIn } from '../stand-in/start-model-stand-in.ts'

const running: ModelStandIn[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((standIn) => standIn.stop()))
})

export interface PaidSetting {
  readonly answer?: ModelStandInOptions['answer']
  /** Of the budget `agency`, in dollars. Default 1. */
  readonly limit?: string
}

/** A stand-in for models, stopped after the test, and a ledger in memory that pays for its calls from the budget `agency`. */
export async function startPaid({ answer, limit = '1' }: PaidSetting = {}) {
  const standIn = await startModelStandIn({ ...(answer ? { answer } : {}) })
  running.push(standIn)
  const ledger = createLedger({ store: createMemoryLedgerStore() })
  await ledger.setBudget('agency', { limit: usd(limit), period: 'month' })
  const problems: BudgetedProblem[] = []
  const balance = async () => {
    const { settled, reserved } = await ledger.getBudget('agency')
    return { settled: settled.toJSON(), reserved: reserved.toJSON() }
  }
  return {
    standIn,
    ledger,
    problems,
    /** For the options of what is tested. */
    paid: {
      ledger,
      budget: 'agency',
      outputTokensMax: 1_000,
      onProblem: (it: BudgetedProblem) => void problems.push(it),
    },
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
