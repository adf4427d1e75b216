import { beforeEach, describe, expect, test } from 'vitest'
import { BudgetError } from './budget-error.ts'
import { createLedgerOn } from './create-ledger.ts'
import type { Ledger } from './ledger.ts'
import { nodeHost } from './ledger-host.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { usd } from './money.ts'

describe('work whose answers are lost on the way', () => {
  const lost = { reserve: 0, finish: 0 }
  let ledger: Ledger

  beforeEach(async () => {
    const store = createMemoryLedgerStore()
    const lose = <Answer>(what: keyof typeof lost, answer: Answer): Answer => {
      if (lost[what] === 0) return answer
      lost[what] -= 1
      throw new BudgetError('unavailable', 'The answer was lost after the commit.')
    }
    const losing: typeof store = {
      ...store,
      reserve: async (tenant, items) => lose('reserve', await store.reserve(tenant, items)),
      finish: async (tenant, items) => lose('finish', await store.finish(tenant, items)),
    }
    // Pauses before a repetition pass at once; the extension of a reservation is never due.
    const after = (ms: number, run: () => void) => {
      if (ms < 60_000) queueMicrotask(run)
      return () => {}
    }
    Object.assign(lost, { reserve: 0, finish: 0 })
    ledger = createLedgerOn({ store: losing }, { ...nodeHost, after })
    await ledger.setBudget('agency', { limit: usd('1'), period: 'once' })
  })

  const kinds = async () => (await ledger.listEntries()).items.map(({ kind }) => kind).toReversed()
  const work = () =>
    ledger.withReservation({ budget: 'agency', upTo: usd('0.50') }, async (spend) => {
      spend(usd('0.10'))
      return 'done'
    })

  test('is reserved and settled once', async () => {
    Object.assign(lost, { reserve: 2, finish: 3 })
    expect(await work()).toBe('done')
    expect(await kinds()).toEqual(['period', 'reserve', 'settle'])
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0.10') })
  })

  test('is released once when it fails', async () => {
    lost.finish = 2
    const failing = ledger.withReservation({ budget: 'agency', upTo: usd('0.50') }, () =>
      Promise.reject(new Error('400')),
    )
    await expect(failing).rejects.toThrow('400')
    expect(await kinds()).toEqual(['period', 'reserve', 'release'])
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('0') })
  })

  test('says that its settlement is not known when no repetition is answered, and has booked it once', async () => {
    lost.finish = 100
    await expect(work()).rejects.toMatchObject({ code: 'unavailable' })
    lost.finish = 0
    expect(await kinds()).toEqual(['period', 'reserve', 'settle'])
    expect(await ledger.checkLedger()).toMatchObject({ ok: true })
  })
})
