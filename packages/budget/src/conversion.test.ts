import { expect, test } from 'vitest'
import { createLedgerOn } from './create-ledger.ts'
import type { Ledger } from './ledger.ts'
import { nodeHost } from './ledger-host.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { parseAmount, usd } from './money.ts'
import { recomputeCost } from './recompute-cost.ts'
import { createTestQuote } from './testing/create-test-quote.test-support.ts'
import { eachPreparedLedger } from './testing/each-prepared-ledger.test-support.ts'

const eur = (amount: string) => parseAmount(amount, 'EUR')
const day = 86_400_000
/** As the European Central Bank publishes: so many dollars for one euro. */
const thursday = { from: 'EUR', to: 'USD', rate: '1.25', day: '2026-11-26', source: 'https://www.ecb.europa.eu' }

/** Two thirds of a nano-dollar, and two thirds again: rounded up once, two. */
const thirds = createTestQuote({ quantities: { input: 2n, output: 2n }, priceNanos: 1n, per: 3n })

async function prepare(ledger: Ledger): Promise<void> {
  await ledger.setBudget('agency', { limit: eur('10'), period: 'year' })
  await ledger.setBudget('agency/ada', { limit: eur('1'), period: 'year' })
}

const detailsOf = async (ledger: Ledger, kind: string) =>
  (await ledger.listEntries()).items.find((entry) => entry.kind === kind)?.details

eachPreparedLedger('an amount in another currency than its budget', prepare, (test) => {
  test('is refused until a rate is on record, and nothing is written', async ({ ledger }) => {
    const request = { budget: 'agency/ada', amount: usd('1'), id: 'r1' }
    const refusal = { code: 'currency_mismatch', message: expect.stringContaining('addRate()') }
    await expect(ledger.reserve(request)).rejects.toMatchObject(refusal)
    await expect(ledger.record({ budget: 'agency/ada', cost: usd('1'), id: 'r2' })).rejects.toMatchObject(refusal)
    expect(await ledger.check(request)).toMatchObject({ allowed: false, refusal })
    expect(await ledger.getBudget('agency')).toMatchObject({ reserved: eur('0'), settled: eur('0') })
    await ledger.addRate({ ...thursday, from: 'GBP' })
    await expect(ledger.reserve(request)).rejects.toMatchObject(refusal)
  })

  test('is reserved at the day’s rate and three in a hundred, and settled at the rate alone', async ({ ledger }) => {
    await ledger.addRate(thursday)
    const reserved = await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id: 'r1' })
    expect(reserved.amount).toEqual(eur('0.824'))
    const margin = { numerator: '103', denominator: '100' }
    const rate = { numerator: '100', denominator: '125' }
    const said = { from: 'USD', to: 'EUR', rate, day: '2026-11-26', source: thursday.source, amountNanos: '1000000000' }
    expect(await detailsOf(ledger, 'reserve')).toEqual({ conversion: { ...said, margin } })
    const settled = await ledger.settle('r1', usd('1'))
    expect(settled).toMatchObject({ settled: eur('0.8'), marks: [] })
    expect(await detailsOf(ledger, 'settle')).toEqual({ conversion: { ...said, margin: null } })
    expect(recomputeCost(await detailsOf(ledger, 'reserve'))).toEqual(eur('0.824'))
    expect(recomputeCost(await detailsOf(ledger, 'settle'))).toEqual(eur('0.8'))
  })

  test('is the same request on a day with another rate, and settles at the rate of its day', async ({
    ledger,
    advance,
  }) => {
    await ledger.addRate(thursday)
    const request = { budget: 'agency/ada', amount: usd('1'), id: 'r1', lifetimeMs: 3 * day }
    await ledger.reserve(request)
    await ledger.extend('r1', { by: usd('0.1'), key: 'more' })
    await advance(day)
    await ledger.addRate({ ...thursday, day: '2026-11-27', rate: '1.6' })
    expect((await ledger.reserve(request)).amount).toEqual(eur('0.9064'))
    expect((await ledger.extend('r1', { by: usd('0.1'), key: 'more' })).amount).toEqual(eur('0.9064'))
    const over = ledger.extend('r1', { by: usd('0.2'), key: 'more' })
    await expect(over).rejects.toMatchObject({ code: 'key_conflict' })
    expect((await ledger.settle('r1', usd('1'))).settled).toEqual(eur('0.625'))
    expect((await ledger.settle('r1', usd('1'))).settled).toEqual(eur('0.625'))
    await expect(ledger.settle('r1', usd('2'))).rejects.toMatchObject({ code: 'already_settled' })
    expect(recomputeCost(await detailsOf(ledger, 'extend'))).toEqual(eur('0.0824'))
  })

  test('is refused by the limit in its own words, and checked like a reservation', async ({ ledger }) => {
    await ledger.addRate(thursday)
    const request = { budget: 'agency/ada', amount: usd('1.25') }
    const refusal = { code: 'exceeded', budget: 'agency/ada', message: expect.stringContaining('1.25 USD were asked') }
    await expect(ledger.reserve(request)).rejects.toMatchObject(refusal)
    expect(await ledger.check(request)).toMatchObject({ allowed: false, refusal })
    expect(await ledger.check({ budget: 'agency/ada', amount: usd('1.2') })).toMatchObject({ allowed: true })
  })

  test('of a quote is converted by its lines and rounded up once, and computed again from the entry', async ({
    ledger,
  }) => {
    await ledger.addRate({ ...thursday, from: 'USD', to: 'EUR', rate: '0.5' })
    await ledger.record({ budget: 'agency/ada', cost: thirds, id: 'r1' })
    // Four thirds of a nano-dollar are two thirds of a nano-euro.
    expect((await ledger.getBudget('agency/ada')).settled.amountNanos).toBe(1n)
    expect(await detailsOf(ledger, 'settle')).toMatchObject({
      quote: { currency: 'USD' },
      conversion: { day: '2026-11-26' },
    })
    expect(recomputeCost(await detailsOf(ledger, 'settle'))?.toJSON()).toBe('0.000000001 EUR')
    expect(await ledger.checkLedger()).toMatchObject({ ok: true })
  })

  test('of work is settled in the currency of what was asked for, and what it lost in that of the budget', async ({
    ledger,
    advance,
  }) => {
    await ledger.addRate(thursday)
    await ledger.withReservation({ budget: 'agency/ada', upTo: usd('1') }, async (spend) => spend(usd('0.5')))
    expect((await ledger.getBudget('agency/ada')).settled).toEqual(eur('0.4'))
    const mixed = ledger.withReservation({ budget: 'agency/ada', upTo: usd('0.5') }, async (spend) => {
      spend(usd('0.1'))
      spend(eur('0.1'))
    })
    await expect(mixed).rejects.toMatchObject({ code: 'currency_mismatch' })
    expect((await ledger.getBudget('agency/ada')).settled).toEqual(eur('0.48'))
    const lost = { budget: 'agency/ada', amount: usd('0.5'), dispatched: true, lifetimeMs: 1_000 } as const
    const wrong = ledger.reserve({ ...lost, ifLost: eur('0.1') })
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path: 'ifLost' }] })
    await ledger.reserve({ ...lost, ifLost: usd('0.25') })
    await advance(2_000)
    await ledger.sweep()
    expect((await ledger.getBudget('agency/ada')).settled).toEqual(eur('0.68'))
    expect(await ledger.checkLedger()).toMatchObject({ ok: true })
  })

  test('finds the newest rate of either direction, for a week', async ({ ledger, advance }) => {
    await ledger.addRate({ ...thursday, day: '2026-11-25', rate: '2' })
    await ledger.addRate({ ...thursday, from: 'USD', to: 'EUR', rate: '0.5', day: '2026-11-26' })
    await ledger.addRate(thursday)
    await ledger.addRate({ ...thursday, day: '2026-11-27', rate: '4' })
    const costs = async (id: string) => (await ledger.record({ budget: 'agency', cost: usd('0.1'), id })).settled
    // Of one day, the direction that is needed.
    expect(await costs('r1')).toEqual(eur('0.05'))
    await advance(day)
    expect(await costs('r2')).toEqual(eur('0.025'))
    await advance(7 * day)
    expect(await costs('r3')).toEqual(eur('0.025'))
    await advance(day)
    await expect(costs('r4')).rejects.toMatchObject({ code: 'currency_mismatch' })
    expect((await ledger.listRates({ limit: 2 })).map(({ from, rate, day: on }) => `${on} ${from} ${rate}`)).toEqual([
      '2026-11-27 EUR 4',
      '2026-11-26 EUR 1.25',
    ])
  })

  test('keeps one rate a day and pair, and names all that is wrong with one', async ({ ledger }) => {
    const first = await ledger.addRate({ ...thursday, actor: 'ops' })
    expect(first).toMatchObject({ ...thursday, actor: 'ops' })
    expect(await ledger.addRate({ ...thursday, rate: '1.250' })).toEqual(first)
    await expect(ledger.addRate({ ...thursday, rate: '1.26' })).rejects.toMatchObject({ code: 'key_conflict' })
    const bad = { from: 'euro', to: 'euro', rate: '0', day: '2026-02-30', source: '' }
    const problems = ['from', 'to', 'to', 'day', 'source', 'rate'].map((path) => ({ path }))
    await expect(ledger.addRate(bad)).rejects.toMatchObject({ code: 'invalid_input', problems })
  })
})

test('the margin and the age of rates are the ledger’s to choose, and checked', async () => {
  const store = createMemoryLedgerStore({ now: () => Date.parse('2026-11-26T12:00:00Z') })
  const ledger = createLedgerOn({ store, conversionMargin: '0', rateAgeDaysMax: 0 }, nodeHost)
  await ledger.setBudget('agency', { limit: eur('10'), period: 'year' })
  await ledger.addRate({ ...thursday, day: '2026-11-25' })
  const reserve = (id: string) => ledger.reserve({ budget: 'agency', amount: usd('1'), id })
  await expect(reserve('r1')).rejects.toMatchObject({ code: 'currency_mismatch' })
  await ledger.addRate(thursday)
  expect((await reserve('r1')).amount).toEqual(eur('0.8'))
  expect(() => createLedgerOn({ store, conversionMargin: '3 %', rateAgeDaysMax: -1 }, nodeHost)).toThrow(
    /conversionMargin is 3 %.*rateAgeDaysMax is -1/s,
  )
})
