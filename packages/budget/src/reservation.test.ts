import { expect } from 'vitest'
import { usd } from './money.ts'
import { balanceOf, eachPreparedLedger, historyOf, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

eachPreparedLedger('a reservation', prepareAgency, (test) => {
  test('is held at each level, settled with what the work did cost, and the rest is available again', async ({
    ledger,
  }) => {
    const held = await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    expect(held).toMatchObject({ id: 'r1', state: 'open', settled: null, marks: [] })
    expect(held.expiresAt).toEqual(new Date('2026-11-26T12:10:00Z'))
    expect(held.levels.map(({ budget, available }) => `${budget} ${available}`)).toEqual([
      'agency 96.00 USD',
      'agency/ada 6.00 USD',
    ])
    expect(await balanceOf(ledger, 'agency')).toBe('4.00 0.00 96.00')

    const settled = await ledger.settle('r1', usd('1.5'))
    expect(settled).toMatchObject({ state: 'settled', marks: [] })
    expect(settled.settled?.toJSON()).toBe('1.50 USD')
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 1.50 98.50')
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 1.50 8.50')
    expect(await historyOf(ledger)).toEqual(['reserve 4.00 0.00 ', 'settle -4.00 1.50 '])
  })

  test('is refused by the first level that has too little, with what is left there and when it renews, and changes nothing', async ({
    ledger,
  }) => {
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('10.01') })).rejects.toMatchObject({
      code: 'exceeded',
      budget: 'agency/ada',
      renewsAt: new Date('2026-11-30T23:00:00Z'),
      message: 'agency/ada has 10.00 USD left; 10.01 USD were asked for; it renews on 1 December 2026.',
    })
    expect(await historyOf(ledger)).toEqual([])
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 0.00 100.00')
  })

  test('that is free passes an exhausted budget, and a limit of zero refuses what costs', async ({ ledger }) => {
    await ledger.setBudget('free', { limit: usd('0'), period: 'day' })
    await expect(ledger.reserve({ budget: 'free', amount: usd('0.000000001') })).rejects.toMatchObject({
      code: 'exceeded',
    })
    expect(await ledger.reserve({ budget: 'free', amount: usd('0') })).toMatchObject({ state: 'open' })
    await ledger.record({ budget: 'free', cost: usd('1') })
    expect(await ledger.reserve({ budget: 'free', amount: usd('0') })).toMatchObject({ state: 'open' })
  })

  test('without a limit is counted, and never refused', async ({ ledger }) => {
    await ledger.setBudget('open', { period: 'once' })
    await ledger.reserve({ budget: 'open', amount: usd('1000000') })
    expect(await ledger.getBudget('open')).toMatchObject({ limit: null, available: null, endsAt: null })
  })

  test('above a soft limit is counted', async ({ ledger }) => {
    await ledger.setBudget('soft', { limit: usd('1'), period: 'day', enforcement: 'soft' })
    await ledger.reserve({ budget: 'soft', amount: usd('3') })
    expect(await balanceOf(ledger, 'soft')).toBe('3.00 0.00 -2.00')
  })

  test('is made once for one id, and another request with it is a conflict', async ({ ledger }) => {
    const request = { budget: 'agency/ada', amount: usd('4'), id: 'r1' }
    const [one, other] = await Promise.all([ledger.reserve(request), ledger.reserve(request)])
    expect(other).toEqual(one)
    expect(await ledger.reserve(request)).toEqual(one)
    await expect(ledger.reserve({ ...request, amount: usd('5') })).rejects.toMatchObject({ code: 'key_conflict' })
    await expect(ledger.reserve({ ...request, budget: 'agency' })).rejects.toMatchObject({ code: 'key_conflict' })
    expect(await balanceOf(ledger, 'agency')).toBe('4.00 0.00 96.00')
  })

  test('is released once, and then settled only as late', async ({ ledger }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    const released = await ledger.release('r1', { reason: 'not needed' })
    expect(released).toMatchObject({ state: 'released', settled: null })
    expect(await ledger.release('r1')).toEqual(released)
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 0.00 100.00')
    expect(await ledger.settle('r1', usd('5'))).toMatchObject({ state: 'settled', marks: ['late', 'over'] })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 5.00 5.00')
    expect(await historyOf(ledger)).toEqual(['reserve 4.00 0.00 ', 'release -4.00 0.00 ', 'settle 0.00 5.00 late,over'])
  })

  test('is settled once: the same again is the same answer, another cost is refused', async ({ ledger }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    const settled = await ledger.settle('r1', usd('1'))
    const again = await Promise.all([ledger.settle('r1', usd('1')), ledger.settle('r1', usd('1'))])
    expect(again).toEqual([settled, settled])
    await expect(ledger.settle('r1', usd('2'))).rejects.toMatchObject({ code: 'already_settled' })
    await expect(ledger.release('r1')).rejects.toMatchObject({ code: 'already_settled' })
    await expect(ledger.extend('r1')).rejects.toMatchObject({ code: 'ended' })
    expect(await balanceOf(ledger, 'agency')).toBe('0.00 1.00 99.00')
  })

  test('settled above what was reserved is booked in full and marked, and an overdrawn level refuses', async ({
    ledger,
  }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    expect(await ledger.settle('r1', usd('12'))).toMatchObject({ marks: ['over'] })
    expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 12.00 -2.00')
    await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('0.01') })).rejects.toMatchObject({
      code: 'exceeded',
    })
  })

  test('is extended once by a key of its own, whatever the ids of others are', async ({ ledger }) => {
    for (const id of ['a', 'a b']) await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id })
    await ledger.extend('a b', { by: usd('2'), key: 'c' })
    expect((await ledger.extend('a', { by: usd('2'), key: 'b c' })).amount).toEqual(usd('3'))
    expect(await balanceOf(ledger, 'agency/ada')).toBe('6.00 0.00 4.00')
  })

  test('is extended by what has expired', async ({ ledger, advance }) => {
    await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), lifetimeMs: 1_000 })
    await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id: 'r1' })
    await expect(ledger.extend('r1', { by: usd('2'), key: 'more' })).rejects.toMatchObject({ code: 'exceeded' })
    await advance(1_000)
    expect((await ledger.extend('r1', { by: usd('2'), key: 'more' })).amount).toEqual(usd('3'))
    expect(await balanceOf(ledger, 'agency/ada')).toBe('3.00 0.00 7.00')
  })

  test('says in all its entries what the money is for', async ({ ledger, advance }) => {
    const request = { budget: 'agency/ada', amount: usd('1'), reference: 'post-1', lifetimeMs: 1_000 }
    await ledger.reserve({ ...request, id: 'r1', dispatched: true })
    await advance(1_000)
    await ledger.sweep()
    await ledger.release('r1')
    await ledger.settle('r1', usd('1'))
    await ledger.adjust({ id: 'a1', of: { reservation: 'r1' }, by: usd('1'), reason: 'a wrong price' })
    const { items } = await ledger.listEntries({ reservation: 'r1' })
    expect(items.map(({ kind, reference }) => `${kind} ${reference}`).toReversed()).toEqual([
      ...['reserve post-1', 'expire post-1', 'release post-1', 'settle post-1', 'adjust post-1'],
    ])
  })

  test('is read by its id', async ({ ledger }) => {
    const held = await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
    expect(await ledger.getReservation('r1')).toEqual(held)
    await expect(ledger.getReservation('r2')).rejects.toMatchObject({ code: 'unknown_reservation' })
  })
})
