import { expect, test } from 'vitest'
import { BudgetError } from './budget-error.ts'
import { createLedgerOn } from './create-ledger.ts'
import { nodeHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { usd } from './money.ts'

/** A ledger on a store that can go away; pauses pass at once, and extensions are never due. */
async function open(options: { readonly queueMax?: number } = {}) {
  const store = createMemoryLedgerStore()
  const reach = { away: false, answers: true }
  const lose =
    <Arguments extends unknown[], Answer>(call: (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments) => {
      if (reach.away) throw new BudgetError('unavailable', 'The database is not reachable.')
      const answer = await call(...given)
      if (!reach.answers) throw new BudgetError('unavailable', 'The connection was lost.')
      return answer
    }
  const problems: LedgerProblem[] = []
  const after = (ms: number, run: () => void) => (ms < 60_000 ? nodeHost.after(0, run) : () => {})
  const ledger = createLedgerOn(
    {
      store: { ...store, reserve: lose(store.reserve), finish: lose(store.finish) },
      onProblem: (problem) => void problems.push(problem),
      ...options,
    },
    { ...nodeHost, after },
  )
  await ledger.setBudget('agency', { period: 'month' })
  await ledger.setBudget('agency/ada', { limit: usd('5'), period: 'month', whileAway: 'open' })
  const work = (budget = 'agency/ada', cost: string | null = '0.10') =>
    ledger.withReservation({ budget, upTo: usd('1'), reference: 'caption' }, async (spend, { reservation }) => {
      if (cost !== null) spend(usd(cost))
      return reservation
    })
  return { ledger, reach, problems, work }
}

test('refuses while the store is away, also an open budget that this process never saw', async () => {
  const { reach, work, problems } = await open()
  reach.away = true
  await expect(work()).rejects.toMatchObject({ code: 'unavailable' })
  expect(problems).toEqual([])
})

test('lets work of an open budget go on, and books it as unreserved when the store is back', async () => {
  const { ledger, reach, work, problems } = await open()
  await work()
  reach.away = true
  const unreserved = await work('agency/ada', '0.30')
  expect(unreserved).toMatchObject({ marks: ['unreserved'], levels: [] })
  expect(problems[0]).toMatchObject({ code: 'unreserved_work', reservation: unreserved.id })
  await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
    code: 'unavailable',
  })
  reach.away = false
  await ledger.close()
  expect(await ledger.getBudget('agency/ada')).toMatchObject({ settled: usd('0.40'), reserved: usd('0') })
  expect(await ledger.getReservation(unreserved.id)).toMatchObject({ marks: ['unreserved'], settled: usd('0.30') })
  const { items } = await ledger.listEntries({ reservation: unreserved.id })
  expect(items.map(({ reference }) => reference)).toEqual(['caption', 'caption'])
  expect(await ledger.checkLedger()).toMatchObject({ ok: true, unmatched: 0 })
})

test('books the whole amount of work that says no cost, and nothing of work that fails before one', async () => {
  const { ledger, reach, work } = await open()
  await work()
  reach.away = true
  await work('agency/ada', null)
  const failing = ledger.withReservation({ budget: 'agency/ada', upTo: usd('1') }, () =>
    Promise.reject(new Error('400')),
  )
  await expect(failing).rejects.toThrow('400')
  reach.away = false
  await ledger.close()
  expect(await ledger.getBudget('agency/ada')).toMatchObject({ settled: usd('1.10'), reserved: usd('0') })
})

test('settles what was reserved after all when only the answer was lost', async () => {
  const { ledger, reach, work } = await open()
  await work()
  reach.answers = false
  const { id } = await work('agency/ada', '0.20')
  reach.answers = true
  await ledger.close()
  expect(await ledger.getReservation(id)).toMatchObject({ state: 'settled', marks: [], settled: usd('0.20') })
  expect(await ledger.getBudget('agency/ada')).toMatchObject({ settled: usd('0.30'), reserved: usd('0') })
})

test('refuses when another level that can refuse is not open', async () => {
  const { ledger, reach, work } = await open()
  await ledger.changeBudget('agency', { limit: usd('100') })
  await work()
  reach.away = true
  await expect(work()).rejects.toMatchObject({ code: 'unavailable' })
  reach.away = false
  await ledger.changeBudget('agency', { whileAway: 'open' })
  await work()
  reach.away = true
  await work()
  reach.away = false
  await ledger.changeBudget('agency/ada', { whileAway: 'closed' })
  await work()
  reach.away = true
  await expect(work()).rejects.toMatchObject({ code: 'unavailable' })
})

test('refuses when nothing more could be remembered', async () => {
  const { reach, work } = await open({ queueMax: 1 })
  await work()
  reach.away = true
  await work()
  await expect(work()).rejects.toMatchObject({ code: 'unavailable' })
})
