import { expect } from 'vitest'
import type { Ledger } from './ledger.ts'
import { usd } from './money.ts'
import { createTestQuote } from './testing/create-test-quote.test-support.ts'
import { eachPreparedLedger } from './testing/each-prepared-ledger.test-support.ts'

const day = 86_400_000

/** Ten cents for each unit. */
const quoteOf = (vendor: string, quantities: Readonly<Record<string, bigint>>) =>
  createTestQuote({ vendor, basis: 'strict', quantities, priceNanos: 100_000_000n })
const settledOf = async (ledger: Ledger, budget: string) => (await ledger.getBudget(budget)).settled
const namesOf = ({ levels }: { readonly levels: readonly { readonly budget: string }[] }) =>
  levels.map(({ budget }) => budget)

async function prepare(ledger: Ledger): Promise<void> {
  await ledger.setBudget('agency', { limit: usd('100'), period: 'month' })
  await ledger.setBudget('agency/ada', { limit: usd('50'), period: 'month' })
  await ledger.setBudget('agency/openai', { limit: usd('5'), period: 'day', match: { vendor: 'openai' } })
}

eachPreparedLedger('a budget that watches its parent', prepare, (test) => {
  test('counts what its vendor bills, at any level below the parent, and is named when it refuses', async ({
    ledger,
  }) => {
    const held = await ledger.reserve({ budget: 'agency/ada', amount: quoteOf('openai', { output: 40n }), id: 'r1' })
    expect(namesOf(held)).toEqual(['agency', 'agency/openai', 'agency/ada'])
    expect(namesOf(await ledger.settle('r1', usd('3')))).toEqual(['agency', 'agency/openai', 'agency/ada'])
    expect(await settledOf(ledger, 'agency/openai')).toEqual(usd('3'))
    await expect(
      ledger.reserve({ budget: 'agency/ada', amount: quoteOf('openai', { output: 21n }) }),
    ).rejects.toMatchObject({
      code: 'exceeded',
      budget: 'agency/openai',
      available: usd('2'),
      renewsAt: new Date('2026-11-27T00:00:00Z'),
    })
    expect((await ledger.getBudget('agency/ada')).reserved).toEqual(usd('0'))
    const others = await ledger.reserve({ budget: 'agency/ada', amount: quoteOf('anthropic', { output: 21n }) })
    expect(namesOf(others)).toEqual(['agency', 'agency/ada'])
    const root = await ledger.reserve({ budget: 'agency', amount: usd('1'), vendor: 'openai' })
    expect(namesOf(root)).toEqual(['agency', 'agency/openai'])
    expect(namesOf(await ledger.reserve({ budget: 'agency', amount: usd('9') }))).toEqual(['agency'])
  })

  test('counts a cost that has its meter whole, also one that was not reserved', async ({ ledger }) => {
    await ledger.setBudget('agency/ada/searches', { limit: usd('1'), period: 'month', match: { meter: 'web_search' } })
    const both = { vendor: 'anthropic', meter: 'web_search' }
    await ledger.setBudget('agency/both', { period: 'month', match: both })
    const cost = quoteOf('openai', { output: 5n, web_search: 1n })
    expect(namesOf(await ledger.record({ budget: 'agency/ada', cost }))).toEqual([
      'agency',
      'agency/openai',
      'agency/ada',
      'agency/ada/searches',
    ])
    expect(await settledOf(ledger, 'agency/ada/searches')).toEqual(usd('0.6'))
    const check = await ledger.check({ budget: 'agency/ada', amount: cost })
    expect([check.allowed, check.refusal?.budget]).toEqual([false, 'agency/ada/searches'])
    expect((await ledger.check({ budget: 'agency/ada', amount: quoteOf('openai', { output: 5n }) })).allowed).toBe(true)
    const searched = await ledger.record({ budget: 'agency', cost: usd('1'), vendor: 'anthropic', meter: 'web_search' })
    expect(namesOf(searched)).toEqual(['agency', 'agency/both'])
  })

  test('is spent from by its own name like any other, and counted once', async ({ ledger }) => {
    const own = await ledger.reserve({ budget: 'agency/openai', amount: quoteOf('openai', { output: 1n }) })
    expect(namesOf(own)).toEqual(['agency', 'agency/openai'])
    expect((await ledger.getBudget('agency/openai')).reserved).toEqual(usd('0.1'))
  })

  test('stops a vendor when it is frozen', async ({ ledger }) => {
    await ledger.setState('agency/openai', 'frozen', { reason: 'an incident' })
    const request = { budget: 'agency/ada', amount: usd('1') }
    await expect(ledger.reserve({ ...request, vendor: 'openai' })).rejects.toMatchObject({
      code: 'frozen',
      budget: 'agency/openai',
    })
    await ledger.reserve({ ...request, vendor: 'anthropic' })
    await ledger.setState('agency/openai', 'open', { reason: 'it is over' })
    await ledger.reserve({ ...request, vendor: 'openai' })
  })

  test('is seen by a process that remembers a path without it', async ({ ledger, advance, another }) => {
    const request = { budget: 'agency/ada', amount: usd('1'), vendor: 'xai' }
    expect(namesOf(await ledger.reserve(request))).toEqual(['agency', 'agency/ada'])
    const other = await another()
    await other.setBudget('agency/xai', { limit: usd('1'), period: 'month', match: { vendor: 'xai' } })
    expect(namesOf(await ledger.reserve({ ...request, id: 'r1' }))).toEqual(['agency', 'agency/xai', 'agency/ada'])
    await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'exceeded', budget: 'agency/xai' })
    await other.setBudget('agency/ada/xai', { period: 'month', match: { vendor: 'xai' } })
    const cost = { budget: 'agency/ada', cost: usd('1'), vendor: 'xai' }
    expect(namesOf(await ledger.record(cost))).toEqual(['agency', 'agency/xai', 'agency/ada', 'agency/ada/xai'])
    await advance(31 * day)
    await other.setBudget('agency/xai', { limit: usd('1'), period: 'month' })
    expect(namesOf(await ledger.reserve({ ...request, amount: usd('5') }))).toEqual([
      'agency',
      'agency/ada',
      'agency/ada/xai',
    ])
    expect(namesOf(await ledger.release('r1'))).toEqual(['agency', 'agency/xai', 'agency/ada'])
  })

  test('says what it matches, and begins with nothing used when that changes', async ({ ledger, advance }) => {
    await ledger.record({ budget: 'agency/ada', cost: usd('2'), vendor: 'openai' })
    expect(await ledger.getBudget('agency/openai')).toMatchObject({ match: { vendor: 'openai' }, settled: usd('2') })
    expect(await ledger.getBudget('agency')).not.toHaveProperty('match')
    const changed = { limit: usd('5'), period: 'day', match: { vendor: 'openai', meter: 'output' } } as const
    await advance(60_000)
    expect(await ledger.setBudget('agency/openai', changed)).toMatchObject({ settled: usd('0'), match: changed.match })
  })

  test('needs a parent, and something to match', async ({ ledger }) => {
    const input = { period: 'month' } as const
    await expect(ledger.setBudget('openai', { ...input, match: { vendor: 'openai' } })).rejects.toMatchObject({
      problems: [{ path: 'match' }],
    })
    await expect(ledger.setBudget('agency/openai', { ...input, match: {} })).rejects.toMatchObject({
      problems: [{ path: 'match', message: 'match must name a vendor or a meter.' }],
    })
  })
})
