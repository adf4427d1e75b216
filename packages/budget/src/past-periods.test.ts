import { expect } from 'vitest'
import type { BudgetPeriod } from './budget.ts'
import type { Ledger } from './ledger.ts'
import { usd } from './money.ts'
import type { TestLedger } from './testing/each-ledger.test-support.ts'
import { eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

const day = 86_400_000
const november = new Date('2026-11-26T12:00:00Z')
const later = { from: new Date(november.getTime() + 14 * day), to: new Date(november.getTime() + 24 * day) }
const adaTakesOne = { budget: 'agency/ada', amount: usd('1') }

async function sums(ledger: Ledger, budget: string, at?: Date): Promise<string> {
  const { reserved, settled, provisional } = await ledger.getBudget(budget, at && { at })
  return `${reserved} ${settled} ${provisional ? 'provisional' : 'final'}`.replaceAll(' USD', '')
}

/** A process reserves and spends, another changes the rule a day later, and the first, which remembers the period, spends more. */
async function changeBehind({ ledger, advance, another }: TestLedger, period: BudgetPeriod) {
  await ledger.reserve(adaTakesOne)
  await ledger.record({ budget: 'agency/ada', cost: usd('1') })
  const other = await another()
  await advance(day)
  const changed = await other.changeBudget('agency/ada', { period })
  return { changed, recorded: await ledger.record({ budget: 'agency/ada', cost: usd('2') }) }
}

eachPreparedLedger('a period that is over', prepareAgency, (test) => {
  test('is read by any moment in it, with its own sums, limit and bounds', async ({ ledger, advance }) => {
    await ledger.record({ budget: 'agency/ada', cost: usd('3') })
    await advance(5 * day)
    await ledger.changeBudget('agency/ada', { limit: usd('20') })
    await ledger.record({ budget: 'agency/ada', cost: usd('1') })
    const first = new Date('2026-10-31T23:00:00Z')
    const end = new Date('2026-11-30T23:00:00Z')
    const past = await ledger.getBudget('agency/ada', { at: november })
    expect(past).toMatchObject({
      settled: usd('3'),
      limit: usd('10'),
      available: usd('7'),
      startsAt: first,
      endsAt: end,
    })
    expect(await ledger.getBudget('agency/ada', { at: first })).toEqual(past)
    expect(await ledger.getBudget('agency/ada', { at: new Date(end.getTime() - 1) })).toEqual(past)
    const present = await ledger.getBudget('agency/ada')
    expect(present).toMatchObject({ settled: usd('1'), limit: usd('20'), startsAt: end })
    expect(await ledger.getBudget('agency/ada', { at: end })).toEqual(present)
    expect(await sums(ledger, 'agency', november)).toBe('0.00 3.00 final')
  })

  test('that had not begun is in nobody’s way when the rule changes', async ({ ledger, advance }) => {
    await ledger.setBudget('agency/campaign', { limit: usd('5'), period: later })
    await advance(day)
    await ledger.changeBudget('agency/campaign', { period: 'month' })
    await ledger.record({ budget: 'agency/campaign', cost: usd('2') })
    expect(await sums(ledger, 'agency/campaign')).toBe('0.00 2.00 final')
  })

  test('gets nothing more when the rule becomes a later span of dates', async ({ ledger, advance }) => {
    const request = { budget: 'agency/campaign', amount: usd('1') }
    await ledger.setBudget('agency/campaign', { limit: usd('5'), period: 'month' })
    await ledger.reserve({ ...request, id: 'r1' })
    await ledger.record({ budget: 'agency/campaign', cost: usd('1') })
    await advance(day)
    await ledger.changeBudget('agency/campaign', { period: later })
    const recorded = await ledger.record({ budget: 'agency/campaign', cost: usd('2') })
    expect(recorded.levels[1]).toMatchObject({ startsAt: later.from, endsAt: later.to })
    expect(await sums(ledger, 'agency/campaign')).toBe('0.00 2.00 final')
    expect(await sums(ledger, 'agency/campaign', november)).toBe('1.00 1.00 provisional')
    await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'closed', renewsAt: later.from })
    await advance(14 * day)
    expect((await ledger.reserve(request)).levels[1]).toMatchObject({ startsAt: later.from, endsAt: later.to })
  })

  test('that never began has no length', async ({ ledger, advance }) => {
    await ledger.setBudget('agency/campaign', { limit: usd('5'), period: later })
    await ledger.record({ id: 'early', budget: 'agency/campaign', cost: usd('1') })
    await advance(day)
    await ledger.changeBudget('agency/campaign', { period: 'once' })
    const moment = new Date(november.getTime() + day)
    expect((await ledger.getReservation('early')).levels[1]).toMatchObject({ startsAt: moment, endsAt: moment })
    expect(await sums(ledger, 'agency/campaign')).toBe('0.00 0.00 final')
  })

  const spansOver = { 'ends this very moment': 1, 'ended before': -10, 'ended before that period began': -40 } as const
  for (const [how, endsAfterDays] of Object.entries(spansOver)) {
    test(`gets nothing more when the rule becomes a span of dates that ${how}`, async ({ ledger, advance }) => {
      const [to, moment] = [new Date(november.getTime() + endsAfterDays * day), new Date(november.getTime() + day)]
      await ledger.record({ budget: 'agency/ada', cost: usd('1') })
      await advance(day)
      const from = new Date(to.getTime() - 2 * day)
      const begun = await ledger.changeBudget('agency/ada', { period: { from, to } })
      expect(begun).toMatchObject({ startsAt: moment, endsAt: moment, settled: usd('0') })
      await expect(ledger.reserve(adaTakesOne)).rejects.toMatchObject({ code: 'closed', renewsAt: null })
      await ledger.record({ id: 'late', budget: 'agency/ada', cost: usd('2') })
      expect(await sums(ledger, 'agency/ada')).toBe('0.00 2.00 final')
      expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 1.00 final')
      await advance(day)
      await ledger.changeBudget('agency/ada', { period: 'month' })
      expect((await ledger.getReservation('late')).levels[1]).toMatchObject({ startsAt: moment, endsAt: moment })
      expect((await ledger.reserve(adaTakesOne)).levels[1]).toMatchObject({ startsAt: moment, reserved: usd('1') })
      expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 1.00 final')
    })
  }

  test('gets nothing more from a process that remembers it after another changed the rule', async (opened) => {
    const { ledger } = opened
    const { changed, recorded } = await changeBehind(opened, 'week')
    expect(recorded.levels[1]).toMatchObject({ startsAt: changed.startsAt })
    expect(await sums(ledger, 'agency/ada')).toBe('0.00 2.00 final')
    expect((await ledger.reserve(adaTakesOne)).levels[1]).toMatchObject({ startsAt: changed.startsAt })
  })

  test('gets nothing more from such a process when the rule is a later span of dates then', async (opened) => {
    const { ledger } = opened
    const { recorded } = await changeBehind(opened, later)
    expect(recorded.levels[1]).toMatchObject({ startsAt: later.from, endsAt: later.to })
    expect(await sums(ledger, 'agency/ada', november)).toBe('1.00 1.00 provisional')
    await expect(ledger.reserve(adaTakesOne)).rejects.toMatchObject({ code: 'closed', renewsAt: later.from })
  })

  test('is provisional while a reservation of it is open, also a free one, on each level of its path', async ({
    ledger,
    advance,
  }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), id: 'r1', lifetimeMs: 30 * day })
    await ledger.reserve({ budget: 'agency', amount: usd('0'), id: 'r2', lifetimeMs: 30 * day })
    await advance(5 * day)
    expect(await sums(ledger, 'agency/ada')).toBe('0.00 0.00 final')
    expect(await sums(ledger, 'agency/ada', november)).toBe('8.00 0.00 provisional')
    await ledger.settle('r1', usd('6'))
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 6.00 final')
    expect(await sums(ledger, 'agency', november)).toBe('0.00 6.00 provisional')
    await ledger.release('r2')
    expect(await sums(ledger, 'agency', november)).toBe('0.00 6.00 final')
    expect(await sums(ledger, 'agency')).toBe('0.00 0.00 final')
  })

  test('is provisional while the cost of what expired after its call is assumed', async ({ ledger, advance }) => {
    const call = { budget: 'agency/ada', dispatched: true, lifetimeMs: day } as const
    await ledger.reserve({ ...call, amount: usd('4'), id: 'r1' })
    await ledger.reserve({ ...call, amount: usd('2'), id: 'r2' })
    await ledger.reserve({ ...call, amount: usd('1'), id: 'r3', ifLost: 'none' })
    await advance(5 * day)
    expect(await ledger.sweep()).toEqual({ expired: 3 })
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 6.00 provisional')
    expect(await ledger.settle('r1', usd('1'))).toMatchObject({ marks: ['late'] })
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 3.00 provisional')
    await ledger.release('r2')
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 1.00 final')
    await ledger.settle('r3', usd('0.5'))
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 1.50 final')
    expect(await sums(ledger, 'agency/ada')).toBe('0.00 0.00 final')
  })

  test('is told apart from one that never began', async ({ ledger, advance }) => {
    const at = new Date('2026-10-15T00:00:00Z')
    await expect(ledger.getBudget('agency/ada', { at })).rejects.toMatchObject({
      code: 'unknown_period',
      budget: 'agency/ada',
      message: 'agency/ada has no period that holds 2026-10-15T00:00:00.000Z: a period begins with its first use.',
    })
    await advance(70 * day)
    await expect(ledger.getBudget('agency/ada', { at: new Date('2026-12-15T00:00:00Z') })).rejects.toMatchObject({
      code: 'unknown_period',
    })
    await expect(ledger.getBudget('agency/bo', { at })).rejects.toMatchObject({ code: 'unknown_budget' })
    await expect(ledger.getBudget('agency', { at: new Date('never') })).rejects.toMatchObject({
      problems: [{ path: 'at', message: 'at must be a Date of the years 1900 to 9999.' }],
    })
  })

  test('that a new rule cut short ends where the next one begins', async ({ ledger, advance }) => {
    await ledger.record({ budget: 'agency/ada', cost: usd('3') })
    await advance(day)
    const { startsAt } = await ledger.changeBudget('agency/ada', { period: 'week' })
    expect(await sums(ledger, 'agency/ada', startsAt)).toBe('0.00 0.00 final')
    expect(await sums(ledger, 'agency/ada', november)).toBe('0.00 3.00 final')
    expect((await ledger.getBudget('agency/ada', { at: november })).endsAt).toEqual(startsAt)
  })
})
