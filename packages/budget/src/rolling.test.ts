import { expect } from 'vitest'
import type { Ledger } from './ledger.ts'
import { usd } from './money.ts'
import { balanceOf, eachPreparedLedger } from './testing/each-prepared-ledger.test-support.ts'

const minute = 60_000
const hour = 60 * minute

async function prepare(ledger: Ledger): Promise<void> {
  await ledger.setBudget('agency', { limit: usd('100'), period: 'month' })
  await ledger.setBudget('agency/ada', { limit: usd('10'), period: { rollingHours: 24 }, alertAt: [0.8] })
}

const spend = (ledger: Ledger, cost: string) => ledger.record({ budget: 'agency/ada', cost: usd(cost) })
const reserve = (ledger: Ledger, amount: string, id?: string) =>
  ledger.reserve({ budget: 'agency/ada', amount: usd(amount), lifetimeMs: 40 * 24 * hour, ...(id ? { id } : {}) })
const rulesTold = async (ledger: Ledger) => {
  const told: string[] = []
  await ledger.deliverAlerts(({ rule, after }) => void told.push(`${rule} ${after}`))
  return told
}

eachPreparedLedger('a rolling window', prepare, (test) => {
  test('counts what was settled until all of its slice is older, and never less', async ({ ledger, advance }) => {
    await spend(ledger, '4')
    await advance(2 * minute)
    await spend(ledger, '3')
    await advance(4 * minute)
    await spend(ledger, '2')
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 9.00 1.00')
    // A slice is six minutes here: the first two costs fall out together, the third six minutes later.
    await advance(24 * hour - 1)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 9.00 1.00')
    await advance(1)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 2.00 8.00')
    await advance(6 * minute)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
    expect(await ledger.getBudget('agency')).toMatchObject({ settled: usd('9') })
  })

  test('reserves what fits into the window, and refuses until enough has fallen out', async ({ ledger, advance }) => {
    await spend(ledger, '6')
    await advance(hour)
    await spend(ledger, '3')
    const first = new Date('2026-11-27T12:06:00Z')
    const second = new Date('2026-11-27T13:06:00Z')
    await expect(reserve(ledger, '2')).rejects.toMatchObject({
      code: 'exceeded',
      budget: 'agency/ada',
      renewsAt: first,
    })
    await expect(reserve(ledger, '8')).rejects.toMatchObject({
      renewsAt: second,
      message: 'agency/ada has 1.00 USD left; 8.00 USD were asked for; it renews on 27 November 2026 at 13:06 in UTC.',
    })
    await expect(reserve(ledger, '10.01')).rejects.toMatchObject({ renewsAt: null })
    expect((await ledger.check({ budget: 'agency/ada', amount: usd('2') })).refusal?.renewsAt).toEqual(first)
    await advance(23 * hour + 6 * minute)
    await expect(reserve(ledger, '8')).rejects.toMatchObject({ renewsAt: second })
    expect((await reserve(ledger, '7', 'r1')).levels[1]).toMatchObject({ settled: usd('3'), available: usd('0') })
    await advance(hour)
    await expect(ledger.extend('r1', { by: usd('3.01'), key: 'k1' })).rejects.toMatchObject({ code: 'exceeded' })
    expect((await ledger.extend('r1', { by: usd('3'), key: 'k2' })).amount).toEqual(usd('10'))
    // Held by what is reserved: as if it were settled now.
    await expect(reserve(ledger, '1')).rejects.toMatchObject({ renewsAt: new Date('2026-11-28T13:12:00Z') })
    expect((await ledger.settle('r1', usd('10'))).levels[1]).toMatchObject({ settled: usd('10') })
    await expect(reserve(ledger, '1')).rejects.toMatchObject({ renewsAt: new Date('2026-11-28T13:12:00Z') })
  })

  test('counts a cost from when it was settled, not from when it was reserved', async ({ ledger, advance }) => {
    await reserve(ledger, '10', 'r1')
    await advance(30 * hour)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('10.00 0.00 0.00')
    await ledger.settle('r1', usd('9'))
    await advance(20 * hour)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 9.00 1.00')
    await advance(5 * hour)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
  })

  test('frees a refund with its cost, and nothing when the cost has fallen out', async ({ ledger, advance }) => {
    await reserve(ledger, '5', 'r1')
    await ledger.settle('r1', usd('5'))
    await advance(12 * hour)
    await spend(ledger, '4')
    const refund = { of: { reservation: 'r1' }, by: usd('-2'), reason: 'refunded' }
    await ledger.adjust({ ...refund, id: 'a1' })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 7.00 3.00')
    await advance(12 * hour + 6 * minute)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 4.00 6.00')
    await ledger.adjust({ ...refund, id: 'a2' })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 4.00 6.00')
    expect(await ledger.getBudget('agency')).toMatchObject({ settled: usd('5') })
    await advance(12 * hour)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
  })

  test('takes back what was assumed for a lost call when its cost is known', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('6'), id: 'r1', dispatched: true })
    await advance(10 * minute)
    await ledger.sweep()
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 6.00 4.00')
    await advance(hour)
    await ledger.settle('r1', usd('1'))
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 1.00 9.00')
    await advance(23 * hour + 6 * minute)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
  })

  test('tells of a threshold again after it fell five points below it', async ({ ledger, advance }) => {
    await spend(ledger, '8')
    expect(await rulesTold(ledger)).toEqual(['settled 80% 8.00 USD'])
    await advance(25 * hour)
    await spend(ledger, '7.9')
    expect(await rulesTold(ledger)).toEqual([])
    await spend(ledger, '1')
    expect(await rulesTold(ledger)).toEqual(['settled 80% 8.90 USD'])
    await spend(ledger, '1')
    expect(await rulesTold(ledger)).toEqual([])
  })

  test('begins with nothing used when the rule changes, in either direction', async ({ ledger, advance }) => {
    await spend(ledger, '4')
    await ledger.changeBudget('agency/ada', { period: { rollingHours: 48 } })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
    await advance(minute)
    await spend(ledger, '2')
    await ledger.changeBudget('agency/ada', { period: 'month' })
    await spend(ledger, '1')
    await advance(50 * hour)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 1.00 9.00')
  })

  test('is of whole hours', async ({ ledger }) => {
    for (const rollingHours of [0, 1.5, 10_000]) {
      await expect(ledger.changeBudget('agency/ada', { period: { rollingHours } })).rejects.toMatchObject({
        problems: [{ path: 'period/rollingHours' }],
      })
    }
  })
})
