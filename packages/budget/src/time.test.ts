import { expect } from 'vitest'
import { usd } from './money.ts'
import { balanceOf, eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

const minute = 60_000
const day = 86_400_000

eachPreparedLedger('time', prepareAgency, (test) => {
  test('ends a reservation that nobody settled, and gives its amount back', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    await advance(10 * minute - 1)
    expect(await ledger.sweep()).toEqual({ expired: 0 })
    await advance(1)
    expect(await ledger.sweep()).toEqual({ expired: 1 })
    expect(await ledger.getReservation('r1')).toMatchObject({ state: 'expired', settled: null })
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 0.00 100.00')
    expect(await ledger.settle('r1', usd('3'))).toMatchObject({ state: 'settled', marks: ['late'] })
  })

  test('never lets what has expired refuse anybody', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('8') })).rejects.toMatchObject({
      code: 'exceeded',
    })
    await advance(10 * minute)
    expect(await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })).toMatchObject({ state: 'open' })
  })

  test('books the bound of work that was dispatched and never settled, until the cost is known', async ({
    ledger,
    advance,
  }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    await ledger.dispatch('r1')
    await ledger.dispatch('r1')
    await ledger.reserve({ budget: 'agency/ada', amount: usd('2'), id: 'r2', dispatched: true, ifLost: usd('0.5') })
    await ledger.reserve({ budget: 'agency/ada', amount: usd('2'), id: 'r3', dispatched: true, ifLost: 'none' })
    await advance(10 * minute)
    expect(await ledger.sweep()).toEqual({ expired: 3 })
    expect(await ledger.getReservation('r1')).toMatchObject({ state: 'expired', marks: ['provisional'] })
    expect(await ledger.getReservation('r3')).toMatchObject({ state: 'expired', settled: null, marks: [] })
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 4.50 95.50')
    expect(await ledger.settle('r1', usd('1'))).toMatchObject({ marks: ['late'] })
    expect(await ledger.release('r2')).toMatchObject({ state: 'released', settled: null })
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 1.00 99.00')
  })

  test('is given to work that goes on, and more money by the same check', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    await advance(5 * minute)
    expect((await ledger.extend('r1')).expiresAt).toEqual(new Date('2026-11-26T12:15:00Z'))
    expect((await ledger.extend('r1', { lifetimeMs: minute })).expiresAt).toEqual(new Date('2026-11-26T12:15:00Z'))
    const more = { by: usd('6'), key: 'more' }
    expect((await ledger.extend('r1', more)).amount.toJSON()).toBe('10.00 USD')
    expect((await ledger.extend('r1', more)).amount.toJSON()).toBe('10.00 USD')
    await expect(ledger.extend('r1', { by: usd('5'), key: 'more' })).rejects.toMatchObject({ code: 'key_conflict' })
    await expect(ledger.extend('r1', { by: usd('0.01'), key: 'again' })).rejects.toMatchObject({ code: 'exceeded' })
    expect(await balanceOf(ledger, 'agency')).toBe('10.00 0.00 90.00')
    expect(await ledger.settle('r1', usd('9'))).toMatchObject({ marks: [] })
    expect((await ledger.getReservation('r1')).amount.toJSON()).toBe('10.00 USD')
  })

  test('begins a period by itself; what was reserved before its end is settled in the old one', async ({
    ledger,
    advance,
  }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), id: 'old', lifetimeMs: 30 * day })
    await advance(5 * day)
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 0.00 10.00')
    const now = await ledger.reserve({ budget: 'agency/ada', amount: usd('9'), id: 'new' })
    expect(now.levels[1]).toMatchObject({
      startsAt: new Date('2026-11-30T23:00:00Z'),
      endsAt: new Date('2026-12-31T23:00:00Z'),
    })
    const old = await ledger.settle('old', usd('8'))
    expect(old.marks).toEqual([])
    expect(old.levels[1]).toMatchObject({ startsAt: new Date('2026-10-31T23:00:00Z') })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('9.00 0.00 1.00')
  })

  test('opens and ends a campaign', async ({ ledger, advance }) => {
    const period = { from: new Date('2026-11-27T00:00:00Z'), to: new Date('2026-11-28T00:00:00Z') }
    await ledger.setBudget('agency/ada/launch', { limit: usd('5'), period })
    const request = { budget: 'agency/ada/launch', amount: usd('1') }
    await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'closed', renewsAt: period.from })
    await advance(12 * 60 * minute)
    await ledger.reserve({ ...request, id: 'r1' })
    await expect(ledger.reserve({ ...request, amount: usd('5') })).rejects.toMatchObject({
      code: 'exceeded',
      renewsAt: null,
      message: 'agency/ada/launch has 4.00 USD left; 5.00 USD were asked for.',
    })
    await advance(day)
    await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'closed', renewsAt: null })
    expect(await ledger.settle('r1', usd('1'))).toMatchObject({ state: 'settled', marks: ['late'].slice(1) })
    expect(await ledger.record({ budget: 'agency/ada/launch', cost: usd('1') })).toMatchObject({
      marks: ['unreserved'],
    })
  })
})
