import { expect, test } from 'vitest'
import type { BudgetPeriod } from './budget.ts'
import { isBudgetError } from './budget-error.ts'
import { createLedger } from './create-ledger.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { createMoney, usd } from './money.ts'
import { eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

/** Where something was wrong, each place once; what else went wrong is thrown. */
async function wrongIn(work: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (isBudgetError(error) && error.code === 'invalid_input')
      return [...new Set(error.problems.map(({ path }) => path))]
    throw error
  }
}

eachPreparedLedger('a mistake', prepareAgency, (test) => {
  test('is named with all others of the same request', async ({ ledger }) => {
    const nothing = undefined as never
    const wrong = { budget: '', vendor: '', meter: '' }
    const more = { id: '', reference: '' }
    expect(await wrongIn(() => ledger.reserve({ ...wrong, ...more, amount: nothing, lifetimeMs: 0 }))).toEqual([
      ...['budget', 'amount', 'lifetimeMs', 'id', 'vendor', 'meter', 'reference'],
    ])
    expect(await wrongIn(() => ledger.record({ ...wrong, ...more, cost: usd('-1') }))).toEqual([
      ...['id', 'budget', 'cost', 'vendor', 'meter', 'reference'],
    ])
    expect(await wrongIn(() => ledger.check({ ...wrong, amount: 5 as never }))).toEqual([
      ...['budget', 'amount', 'vendor', 'meter'],
    ])
    for (const ifLost of ['all', null, usd('-1')]) {
      const request = { budget: 'agency', amount: usd('1'), ifLost: ifLost as never }
      expect(await wrongIn(() => ledger.reserve(request))).toEqual(['ifLost'])
    }
    expect(await wrongIn(() => ledger.settle('', nothing))).toEqual(['id', 'cost'])
    expect(await wrongIn(() => ledger.dispatch(''))).toEqual(['id'])
    expect(await wrongIn(() => ledger.adjust({ id: '', of: nothing, by: nothing, reason: '', actor: '' }))).toEqual([
      ...['id', 'reason', 'actor', 'by', 'of/reservation'],
    ])
    expect(await wrongIn(() => ledger.setState('', 'gone' as never, { reason: '', actor: '' }))).toEqual([
      ...['budget', 'state', 'reason', 'actor'],
    ])
    expect(await wrongIn(() => ledger.listEntries({ limit: 0, after: 'x', budget: '', reservation: '' }))).toEqual([
      ...['limit', 'after', 'budget', 'reservation'],
    ])
    expect(await wrongIn(() => ledger.deliverAlerts(() => {}, { max: -1 }))).toEqual(['max'])
  })

  test('in what cannot be kept is found before it is sent', async ({ ledger }) => {
    for (const text of ['a\0', '\ud800', '\udc00a']) {
      const [budget, amount] = [`agency/${text}`, usd('1')]
      expect(await wrongIn(() => ledger.setBudget(budget, { period: 'day', actor: text }))).toEqual(['budget', 'actor'])
      expect(await wrongIn(() => ledger.reserve({ budget, amount, id: text, reference: text }))).toEqual([
        ...['budget', 'id', 'reference'],
      ])
      expect(await wrongIn(() => ledger.getReservation(text))).toEqual(['id'])
    }
    await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id: '😀' })
    await ledger.release('😀', { reason: 'It failed:\0\ud800' })
    const { items } = await ledger.listEntries({ limit: 1 })
    expect(items[0]).toMatchObject({ kind: 'release', reservation: '😀', reason: 'It failed:\ufffd\ufffd' })
  })

  test('in the name of a setting is found, because a limit that is misspelt would be none', async ({ ledger }) => {
    const misspelt = { limits: usd('1'), period: 'day' } as never
    expect(await wrongIn(() => ledger.setBudget('agency/bo', misspelt))).toEqual(['limits'])
    const change = { match: { vendor: 'openai' } } as never
    expect(await wrongIn(() => ledger.changeBudget('agency/ada', change))).toEqual(['match'])
  })

  test('in an amount is found in whatever has the form of money', async ({ ledger }) => {
    const amount = { currency: 'USD', amountNanos: -5n } as never
    expect(await wrongIn(() => ledger.reserve({ budget: 'agency', amount }))).toEqual(['amount'])
    expect(await wrongIn(() => ledger.check({ budget: 'agency', amount: usd('-1') }))).toEqual(['amount'])
    expect(await wrongIn(() => ledger.check({ budget: 'agency', amount: createMoney('USD', 2n ** 63n) }))).toEqual([
      'amount',
    ])
  })

  test('in a period is found before the budget that could never begin one is kept', async ({ ledger }) => {
    const [early, late] = [new Date('1899-12-31T00:00:00Z'), new Date(8.64e15)]
    const wrong: readonly (readonly [BudgetPeriod, ...(readonly string[])])[] = [
      [{ everySeconds: 9e15, from: new Date(0) }, 'period/everySeconds'],
      [{ everySeconds: 60, from: early }, 'period/from'],
      [{ from: early, to: late }, 'period/from', 'period/to'],
      [{ from: new Date(1), to: new Date(1) }, 'period/to'],
    ]
    for (const [period, ...paths] of wrong) {
      expect(await wrongIn(() => ledger.setBudget('agency/bo', { period }))).toEqual(paths)
      expect(await wrongIn(() => ledger.changeBudget('agency', { period }))).toEqual(paths)
    }
    expect(await wrongIn(() => ledger.getBudget('agency', { at: late }))).toEqual(['at'])
    await ledger.setBudget('agency/bo', { period: { everySeconds: 315_360_000, from: new Date(0) } })
    expect(await ledger.listBudgets()).toHaveLength(3)
  })
})

test('the options of a ledger are checked, all at once', async () => {
  const store = createMemoryLedgerStore()
  const wrong = { tenant: '', queueMax: 0, batchMax: 0.5, conversionMargin: '-1', rateAgeDaysMax: -1 }
  expect(await wrongIn(async () => createLedger({ store, ...wrong }))).toEqual(Object.keys(wrong))
  expect(await wrongIn(async () => createLedger({ store }).forTenant('\0'))).toEqual(['tenant'])
})
