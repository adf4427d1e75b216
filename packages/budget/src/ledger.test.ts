import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Ledger } from './ledger.ts'
import { parseAmount, usd } from './money.ts'
import { createQuote } from './quote.ts'
import { eachLedger, type TestLedger } from './testing/each-ledger.test-support.ts'

const minute = 60_000
const day = 86_400_000

eachLedger('a ledger', (open) => {
  let opened: TestLedger
  let ledger: Ledger
  beforeEach(async () => {
    opened = await open()
    ledger = opened.ledger
    await ledger.setBudget('agency', { limit: usd('100'), period: 'month', timeZone: 'Europe/Paris' })
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month' })
  })
  afterEach(async () => {
    expect(await ledger.checkLedger()).toMatchObject({ ok: true, findings: [] })
    await ledger.close()
    await opened.close()
  })

  const balance = async (budget: string) => {
    const { reserved, settled, available } = await ledger.getBudget(budget)
    return `${reserved} ${settled} ${available}`.replaceAll(' USD', '')
  }
  const entries = async () =>
    (await ledger.listEntries()).items
      .filter(({ reservation }) => reservation !== null)
      .map(({ kind, reservedChange, settledChange, marks }) =>
        `${kind} ${reservedChange} ${settledChange} ${marks}`.replaceAll(' USD', ''),
      )
      .toReversed()

  describe('a reservation', () => {
    test('is held at each level, settled with what the work did cost, and the rest is available again', async () => {
      const held = await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      expect(held).toMatchObject({ id: 'r1', state: 'open', settled: null, marks: [] })
      expect(held.expiresAt).toEqual(new Date('2026-11-26T12:10:00Z'))
      expect(held.levels.map(({ budget, available }) => `${budget} ${available}`)).toEqual([
        'agency 96.00 USD',
        'agency/ada 6.00 USD',
      ])
      expect(await balance('agency')).toBe('4.00 0.00 96.00')

      const settled = await ledger.settle('r1', usd('1.5'))
      expect(settled).toMatchObject({ state: 'settled', marks: [] })
      expect(settled.settled?.toJSON()).toBe('1.50 USD')
      expect(await balance('agency')).toBe('0.00 1.50 98.50')
      expect(await balance('agency/ada')).toBe('0.00 1.50 8.50')
      expect(await entries()).toEqual(['reserve 4.00 0.00 ', 'settle -4.00 1.50 '])
    })

    test('is refused by the first level that has too little, with what is left there and when it renews, and changes nothing', async () => {
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('10.01') })).rejects.toMatchObject({
        code: 'exceeded',
        budget: 'agency/ada',
        renewsAt: new Date('2026-11-30T23:00:00Z'),
        message: 'agency/ada has 10.00 USD left; 10.01 USD were asked for; it renews on 1 December 2026.',
      })
      expect(await entries()).toEqual([])
      expect(await balance('agency')).toBe('0.00 0.00 100.00')
    })

    test('that is free passes an exhausted budget, and a limit of zero refuses what costs', async () => {
      await ledger.setBudget('free', { limit: usd('0'), period: 'day' })
      await expect(ledger.reserve({ budget: 'free', amount: usd('0.000000001') })).rejects.toMatchObject({
        code: 'exceeded',
      })
      expect(await ledger.reserve({ budget: 'free', amount: usd('0') })).toMatchObject({ state: 'open' })
      await ledger.record({ budget: 'free', cost: usd('1') })
      expect(await ledger.reserve({ budget: 'free', amount: usd('0') })).toMatchObject({ state: 'open' })
    })

    test('without a limit is counted, and never refused', async () => {
      await ledger.setBudget('open', { period: 'once' })
      await ledger.reserve({ budget: 'open', amount: usd('1000000') })
      expect(await ledger.getBudget('open')).toMatchObject({ limit: null, available: null, endsAt: null })
    })

    test('above a soft limit is counted', async () => {
      await ledger.setBudget('soft', { limit: usd('1'), period: 'day', enforcement: 'soft' })
      await ledger.reserve({ budget: 'soft', amount: usd('3') })
      expect(await balance('soft')).toBe('3.00 0.00 -2.00')
    })

    test('is made once for one id, and another request with it is a conflict', async () => {
      const request = { budget: 'agency/ada', amount: usd('4'), id: 'r1' }
      const [one, other] = await Promise.all([ledger.reserve(request), ledger.reserve(request)])
      expect(other).toEqual(one)
      expect(await ledger.reserve(request)).toEqual(one)
      await expect(ledger.reserve({ ...request, amount: usd('5') })).rejects.toMatchObject({ code: 'key_conflict' })
      await expect(ledger.reserve({ ...request, budget: 'agency' })).rejects.toMatchObject({ code: 'key_conflict' })
      expect(await balance('agency')).toBe('4.00 0.00 96.00')
    })

    test('is released once, and then settled only as late', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      const released = await ledger.release('r1', { reason: 'not needed' })
      expect(released).toMatchObject({ state: 'released', settled: null })
      expect(await ledger.release('r1')).toEqual(released)
      expect(await balance('agency')).toBe('0.00 0.00 100.00')
      expect(await ledger.settle('r1', usd('5'))).toMatchObject({ state: 'settled', marks: ['late', 'over'] })
      expect(await balance('agency/ada')).toBe('0.00 5.00 5.00')
      expect(await entries()).toEqual(['reserve 4.00 0.00 ', 'release -4.00 0.00 ', 'settle 0.00 5.00 late,over'])
    })

    test('is settled once: the same again is the same answer, another cost is refused', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      const settled = await ledger.settle('r1', usd('1'))
      const again = await Promise.all([ledger.settle('r1', usd('1')), ledger.settle('r1', usd('1'))])
      expect(again).toEqual([settled, settled])
      await expect(ledger.settle('r1', usd('2'))).rejects.toMatchObject({ code: 'already_settled' })
      await expect(ledger.release('r1')).rejects.toMatchObject({ code: 'already_settled' })
      await expect(ledger.extend('r1')).rejects.toMatchObject({ code: 'ended' })
      expect(await balance('agency')).toBe('0.00 1.00 99.00')
    })

    test('settled above what was reserved is booked in full and marked, and an overdrawn level refuses', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      expect(await ledger.settle('r1', usd('12'))).toMatchObject({ marks: ['over'] })
      expect(await balance('agency/ada')).toBe('0.00 12.00 -2.00')
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('0.01') })).rejects.toMatchObject({
        code: 'exceeded',
      })
    })

    test('is read by its id', async () => {
      const held = await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      expect(await ledger.getReservation('r1')).toEqual(held)
      await expect(ledger.getReservation('r2')).rejects.toMatchObject({ code: 'unknown_reservation' })
    })
  })

  describe('time', () => {
    test('ends a reservation that nobody settled, and gives its amount back', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      await opened.advance(10 * minute - 1)
      expect(await ledger.sweep()).toEqual({ expired: 0 })
      await opened.advance(1)
      expect(await ledger.sweep()).toEqual({ expired: 1 })
      expect(await ledger.getReservation('r1')).toMatchObject({ state: 'expired', settled: null })
      expect(await balance('agency')).toBe('0.00 0.00 100.00')
      expect(await ledger.settle('r1', usd('3'))).toMatchObject({ state: 'settled', marks: ['late'] })
    })

    test('never lets what has expired refuse anybody', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('8') })).rejects.toMatchObject({
        code: 'exceeded',
      })
      await opened.advance(10 * minute)
      expect(await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })).toMatchObject({ state: 'open' })
    })

    test('books the bound of work that was dispatched and never settled, until the cost is known', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      await ledger.dispatch('r1')
      await ledger.dispatch('r1')
      await ledger.reserve({ budget: 'agency/ada', amount: usd('2'), id: 'r2', dispatched: true, ifLost: usd('0.5') })
      await ledger.reserve({ budget: 'agency/ada', amount: usd('2'), id: 'r3', dispatched: true, ifLost: 'none' })
      await opened.advance(10 * minute)
      expect(await ledger.sweep()).toEqual({ expired: 3 })
      expect(await ledger.getReservation('r1')).toMatchObject({ state: 'expired', marks: ['provisional'] })
      expect(await ledger.getReservation('r3')).toMatchObject({ state: 'expired', settled: null, marks: [] })
      expect(await balance('agency')).toBe('0.00 4.50 95.50')
      expect(await ledger.settle('r1', usd('1'))).toMatchObject({ marks: ['late'] })
      expect(await ledger.release('r2')).toMatchObject({ state: 'released', settled: null })
      expect(await balance('agency')).toBe('0.00 1.00 99.00')
    })

    test('is given to work that goes on, and more money by the same check', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      await opened.advance(5 * minute)
      expect((await ledger.extend('r1')).expiresAt).toEqual(new Date('2026-11-26T12:15:00Z'))
      expect((await ledger.extend('r1', { lifetimeMs: minute })).expiresAt).toEqual(new Date('2026-11-26T12:15:00Z'))
      const more = { by: usd('6'), key: 'more' }
      expect((await ledger.extend('r1', more)).amount.toJSON()).toBe('10.00 USD')
      expect((await ledger.extend('r1', more)).amount.toJSON()).toBe('10.00 USD')
      await expect(ledger.extend('r1', { by: usd('5'), key: 'more' })).rejects.toMatchObject({ code: 'key_conflict' })
      await expect(ledger.extend('r1', { by: usd('0.01'), key: 'again' })).rejects.toMatchObject({ code: 'exceeded' })
      expect(await balance('agency')).toBe('10.00 0.00 90.00')
      expect(await ledger.settle('r1', usd('9'))).toMatchObject({ marks: [] })
      expect((await ledger.getReservation('r1')).amount.toJSON()).toBe('10.00 USD')
    })

    test('begins a period by itself; what was reserved before its end is settled in the old one', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), id: 'old', lifetimeMs: 30 * day })
      await opened.advance(5 * day)
      expect(await balance('agency/ada')).toBe('0.00 0.00 10.00')
      const now = await ledger.reserve({ budget: 'agency/ada', amount: usd('9'), id: 'new' })
      expect(now.levels[1]).toMatchObject({
        startsAt: new Date('2026-11-30T23:00:00Z'),
        endsAt: new Date('2026-12-31T23:00:00Z'),
      })
      const old = await ledger.settle('old', usd('8'))
      expect(old.marks).toEqual([])
      expect(old.levels[1]).toMatchObject({ startsAt: new Date('2026-10-31T23:00:00Z') })
      expect(await balance('agency/ada')).toBe('9.00 0.00 1.00')
    })

    test('opens and ends a campaign', async () => {
      const period = { from: new Date('2026-11-27T00:00:00Z'), to: new Date('2026-11-28T00:00:00Z') }
      await ledger.setBudget('agency/ada/launch', { limit: usd('5'), period })
      const request = { budget: 'agency/ada/launch', amount: usd('1') }
      await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'closed', renewsAt: period.from })
      await opened.advance(12 * 60 * minute)
      await ledger.reserve({ ...request, id: 'r1' })
      await opened.advance(day)
      await expect(ledger.reserve(request)).rejects.toMatchObject({ code: 'closed', renewsAt: null })
      expect(await ledger.settle('r1', usd('1'))).toMatchObject({ state: 'settled', marks: ['late'].slice(1) })
      expect(await ledger.record({ budget: 'agency/ada/launch', cost: usd('1') })).toMatchObject({
        marks: ['unreserved'],
      })
    })
  })

  describe('what was not reserved', () => {
    test('is booked on its path and marked, once', async () => {
      const request = { id: 'u1', budget: 'agency/ada', cost: usd('12') }
      const recorded = await ledger.record(request)
      expect(recorded).toMatchObject({ state: 'settled', marks: ['unreserved'] })
      expect(recorded.amount.amountNanos).toBe(0n)
      expect(await ledger.record(request)).toEqual(recorded)
      expect(await balance('agency/ada')).toBe('0.00 12.00 -2.00')
      await expect(ledger.record({ ...request, cost: usd('1') })).rejects.toMatchObject({ code: 'already_settled' })
      await expect(ledger.reserve({ id: 'u1', budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
        code: 'already_settled',
      })
    })

    test('settles the reservation of its id where there is one', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      expect(await ledger.record({ id: 'r1', budget: 'agency/ada', cost: usd('1') })).toMatchObject({
        state: 'settled',
        marks: [],
      })
      expect(await balance('agency')).toBe('0.00 1.00 99.00')
    })

    test('and names no budget is kept apart and refused', async () => {
      await expect(ledger.settle('nobody', usd('3'))).rejects.toMatchObject({ code: 'unknown_reservation' })
      await expect(ledger.release('nobody')).rejects.toMatchObject({ code: 'unknown_reservation' })
      expect(await ledger.checkLedger()).toMatchObject({ ok: true, unmatched: 1 })
      await ledger.record({ id: 'nobody', budget: 'agency', cost: usd('3') })
      expect(await ledger.checkLedger()).toMatchObject({ unmatched: 0 })
    })

    test('is corrected by adjustments, each once', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      await ledger.settle('r1', usd('3'))
      const refund = {
        id: 'a1',
        of: { reservation: 'r1' },
        by: usd('-1'),
        reason: 'refunded by the vendor',
        actor: 'ops',
      }
      const entry = await ledger.adjust(refund)
      expect(entry).toMatchObject({ kind: 'adjust', reservation: 'r1', reason: 'refunded by the vendor', actor: 'ops' })
      expect(await ledger.adjust(refund)).toMatchObject({ position: entry.position })
      await expect(ledger.adjust({ ...refund, by: usd('-2') })).rejects.toMatchObject({ code: 'key_conflict' })
      await ledger.adjust({ id: 'a2', of: { budget: 'agency' }, by: usd('0.25'), reason: 'reconciliation' })
      expect(await balance('agency')).toBe('0.00 2.25 97.75')
      expect(await balance('agency/ada')).toBe('0.00 2.00 8.00')
      await expect(ledger.adjust({ ...refund, id: 'a3', of: { reservation: 'r2' } })).rejects.toMatchObject({
        code: 'unknown_reservation',
      })
    })
  })

  describe('a budget', () => {
    test('needs its parent, and its parent’s currency', async () => {
      await expect(ledger.setBudget('nobody/ada', { period: 'day' })).rejects.toMatchObject({
        code: 'unknown_budget',
        budget: 'nobody',
      })
      await expect(ledger.setBudget('agency/bo', { period: 'day', currency: 'EUR' })).rejects.toMatchObject({
        code: 'currency_mismatch',
      })
      await expect(ledger.reserve({ budget: 'agency/misspelt', amount: usd('1') })).rejects.toMatchObject({
        code: 'unknown_budget',
      })
      await ledger.setBudget('euro', { period: 'day', currency: 'EUR' })
      await expect(ledger.reserve({ budget: 'euro', amount: usd('1') })).rejects.toMatchObject({
        code: 'currency_mismatch',
      })
      await expect(ledger.record({ budget: 'euro', cost: usd('1') })).rejects.toMatchObject({
        code: 'currency_mismatch',
      })
    })

    test('takes a new limit at once, also one below what is used', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('8') })
      expect((await ledger.setBudget('agency/ada', { limit: usd('5'), period: 'month' })).available?.toJSON()).toBe(
        '-3.00 USD',
      )
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
        code: 'exceeded',
      })
      await ledger.setBudget('agency/ada', { limit: usd('20'), period: 'month' })
      await ledger.reserve({ budget: 'agency/ada', amount: usd('12') })
    })

    test('begins a period with nothing used when its rule changes', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('8'), id: 'r1' })
      await opened.advance(minute)
      const changed = await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'day' })
      expect(changed).toMatchObject({
        startsAt: new Date('2026-11-26T12:01:00Z'),
        endsAt: new Date('2026-11-26T23:00:00Z'),
      })
      expect(await balance('agency/ada')).toBe('0.00 0.00 10.00')
      await ledger.reserve({ budget: 'agency/ada', amount: usd('10') })
      expect((await ledger.settle('r1', usd('8'))).levels[1]).toMatchObject({
        endsAt: new Date('2026-11-26T12:01:00Z'),
      })
    })

    test('that is set again as it was changes nothing', async () => {
      const before = (await ledger.listEntries()).items.length
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month' })
      expect((await ledger.listEntries()).items.length).toBe(before)
    })

    test('that is frozen reserves nothing, also below it, and settles', async () => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id: 'r1' })
      await ledger.setState('agency', 'frozen', { reason: 'audit', actor: 'ops' })
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
        code: 'frozen',
        budget: 'agency',
      })
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('0') })).rejects.toMatchObject({ code: 'frozen' })
      expect(await ledger.settle('r1', usd('1'))).toMatchObject({ state: 'settled' })
      await opened.advance(10 * day)
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({ code: 'frozen' })
      await ledger.setState('agency', 'open', { reason: 'done' })
      await ledger.reserve({ budget: 'agency/ada', amount: usd('1') })
      const states = (await ledger.listEntries({ budget: 'agency' })).items.filter(({ kind }) => kind === 'state')
      expect(states).toMatchObject([
        { reason: 'done', actor: null },
        { reason: 'audit', actor: 'ops' },
      ])
    })

    test('that is closed begins no period, and still settles what comes late', async () => {
      await ledger.setState('agency/ada', 'closed', { reason: 'left' })
      await opened.advance(10 * day)
      await expect(ledger.reserve({ budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
        code: 'closed',
        budget: 'agency/ada',
      })
      const { levels } = await ledger.record({ budget: 'agency/ada', cost: usd('1') })
      expect(levels.map(({ startsAt }) => startsAt.toISOString().slice(0, 10))).toEqual(['2026-11-30', '2026-10-31'])
    })

    test('says whether an amount would be allowed, without a promise', async () => {
      expect(await ledger.check({ budget: 'agency/ada', amount: usd('10') })).toMatchObject({
        allowed: true,
        refusal: null,
      })
      const { allowed, refusal } = await ledger.check({ budget: 'agency/ada', amount: usd('10.01') })
      expect([allowed, refusal?.code, refusal?.budget]).toEqual([false, 'exceeded', 'agency/ada'])
    })

    test('lists itself and what is below it', async () => {
      await ledger.setBudget('agency/ada/launch', { period: 'once' })
      await ledger.setBudget('agency-2', { period: 'once' })
      expect((await ledger.listBudgets()).map(({ budget }) => budget)).toEqual([
        'agency',
        'agency-2',
        'agency/ada',
        'agency/ada/launch',
      ])
      expect((await ledger.listBudgets({ below: 'agency/ada' })).map(({ budget }) => budget)).toEqual([
        'agency/ada',
        'agency/ada/launch',
      ])
    })
  })

  describe('a change of a budget', () => {
    test('leaves what it does not name, and is an entry', async () => {
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.8], enforcement: 'hard' })
      const changed = await ledger.changeBudget('agency/ada', { limit: usd('12'), actor: 'kim' })
      expect(changed).toMatchObject({ limit: usd('12'), enforcement: 'hard', timeZone: 'Europe/Paris' })
      expect(changed.endsAt).toEqual(new Date('2026-11-30T23:00:00Z'))
      const { items } = await ledger.listEntries({ budget: 'agency/ada', limit: 1 })
      expect(items[0]).toMatchObject({ kind: 'limit', actor: 'kim' })
      await ledger.record({ budget: 'agency/ada', cost: usd('9.6') })
      const fired: string[] = []
      await ledger.deliverAlerts(({ budget, rule }) => void fired.push(`${budget} ${rule}`))
      expect(fired).toEqual(['agency/ada settled 80%'])
      expect(await ledger.changeBudget('agency/ada', { limit: null })).toMatchObject({ limit: null, available: null })
      expect(await ledger.changeBudget('agency/ada', { enforcement: 'soft' })).toMatchObject({ limit: null })
      expect(await ledger.changeBudget('agency/ada', { period: 'day' })).toMatchObject({ settled: usd('0') })
    })

    test('is refused for a budget that is not there, and in another currency', async () => {
      await expect(ledger.changeBudget('nobody', { limit: null })).rejects.toMatchObject({ code: 'unknown_budget' })
      const other = { limit: parseAmount('1', 'EUR') }
      await expect(ledger.changeBudget('agency', other)).rejects.toMatchObject({ code: 'currency_mismatch' })
    })
  })

  describe('the books', () => {
    test('are read in pages, of one budget and of one reservation', async () => {
      for (const id of ['r1', 'r2', 'r3'])
        await ledger.reserve({ budget: 'agency/ada', amount: usd('1'), id, reference: `for ${id}` })
      await ledger.settle('r1', usd('1'))
      await ledger.adjust({ id: 'a1', of: { reservation: 'r1' }, by: usd('1'), reason: 'more' })
      const first = await ledger.listEntries({ budget: 'agency/ada', limit: 2 })
      expect(first.items.map(({ kind }) => kind)).toEqual(['adjust', 'settle'])
      const second = await ledger.listEntries({ budget: 'agency/ada', limit: 2, after: first.next ?? '' })
      expect(second.items.map(({ reservation, reference }) => [reservation, reference])).toEqual([
        ['r3', 'for r3'],
        ['r2', 'for r2'],
      ])
      const own = await ledger.listEntries({ reservation: 'r1' })
      expect(own.items.map(({ kind }) => kind)).toEqual(['adjust', 'settle', 'reserve'])
    })

    test('keep quotes and usage from which a settlement can be computed again', async () => {
      const toQuote = (quantity: bigint, basis: 'strict' | 'usage') =>
        createQuote({
          currency: 'USD',
          vendor: 'openai',
          model: 'gpt',
          catalogueVersion: '1',
          pricedAt: new Date('2026-11-26T12:00:00Z'),
          basis,
          lines: [{ meter: 'output', quantity, priceId: 'p1', priceNanos: 12_500_000n, per: 1_000_000n }],
        })
      await ledger.reserve({ budget: 'agency/ada', amount: toQuote(2_001n, 'strict'), id: 'r1' })
      const settled = await ledger.settle('r1', toQuote(1_001n, 'usage'))
      expect(settled.settled?.amountNanos).toBe(12_513n)
      expect(await ledger.settle('r1', toQuote(1_001n, 'usage'))).toEqual(settled)
      const { items } = await ledger.listEntries({ reservation: 'r1' })
      expect(items[0]?.details).toMatchObject({
        quote: { basis: 'usage', amountNanos: '12513', lines: [{ quantity: '1001', per: '1000000' }] },
      })
      const wrong = { ...toQuote(1n, 'usage'), amount: usd('1') }
      await expect(ledger.record({ budget: 'agency', cost: wrong })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    test('of one tenant are not another’s', async () => {
      const other = ledger.forTenant('other')
      await expect(other.getBudget('agency')).rejects.toMatchObject({ code: 'unknown_budget' })
      await ledger.reserve({ budget: 'agency', amount: usd('1'), id: 'r1' })
      await expect(other.settle('r1', usd('1'))).rejects.toMatchObject({ code: 'unknown_reservation' })
      await other.setBudget('agency', { limit: usd('1'), period: 'day' })
      await other.reserve({ budget: 'agency', amount: usd('1'), id: 'r1' })
      expect(await balance('agency')).toBe('1.00 0.00 99.00')
      expect((await other.listEntries({ reservation: 'r1' })).items).toHaveLength(1)
      expect(await other.checkLedger()).toMatchObject({ ok: true, openReservations: 1 })
    })
  })

  describe('alerts', () => {
    const fired = async () => {
      const rules: string[] = []
      await ledger.deliverAlerts(({ budget, rule }) => void rules.push(`${budget} ${rule}`))
      return rules.toSorted()
    }

    test('are raised once when a threshold is crossed, with what crossed it', async () => {
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.8, 1] })
      await ledger.record({ budget: 'agency/ada', cost: usd('7.9') })
      expect(await fired()).toEqual([])
      await ledger.record({ budget: 'agency/ada', cost: usd('0.1') })
      let seen: unknown
      await ledger.deliverAlerts((alert) => {
        seen = JSON.parse(JSON.stringify(alert))
      })
      expect(seen).toMatchObject({
        budget: 'agency/ada',
        rule: 'settled 80%',
        threshold: '8.00 USD',
        before: '7.90 USD',
        after: '8.00 USD',
        limit: '10.00 USD',
        available: '2.00 USD',
        periodEndsAt: '2026-11-30T23:00:00.000Z',
      })
      await ledger.adjust({ id: 'a1', of: { budget: 'agency/ada' }, by: usd('-1'), reason: 'refund' })
      await ledger.record({ budget: 'agency/ada', cost: usd('1') })
      expect(await fired()).toEqual([])
      await ledger.record({ budget: 'agency/ada', cost: usd('100') })
      expect(await fired()).toEqual(
        [
          'agency settled 100%',
          'agency settled 50%',
          'agency settled 80%',
          'agency settled 95%',
          'agency/ada settled 100%',
          'agency committed 100%',
        ].toSorted(),
      )
      await opened.advance(10 * day)
      await ledger.record({ budget: 'agency/ada', cost: usd('8') })
      expect(await fired()).toEqual(['agency/ada settled 80%'])
    })

    test('of what is committed are armed again five points below', async () => {
      await ledger.setBudget('agency/ada', {
        limit: usd('10'),
        period: 'month',
        alertAt: [
          { of: 'committed', at: 1 },
          { of: 'settled', at: usd('3') },
        ],
      })
      const cross = async (id: string, amount: string) =>
        void (await ledger.reserve({ budget: 'agency/ada', amount: usd(amount), id }))
      await cross('r0', '9.5')
      await cross('r1', '0.5')
      expect(await fired()).toEqual(['agency/ada committed 100%'])
      await ledger.release('r1')
      await cross('r2', '0.5')
      expect(await fired()).toEqual([])
      await ledger.settle('r0', usd('3'))
      expect(await fired()).toEqual(['agency/ada settled 3.00 USD'])
      await cross('r3', '6.5')
      expect(await fired()).toEqual(['agency/ada committed 100%'])
    })

    test('are raised by a limit that is lowered to what is spent or below it, once', async () => {
      const settings = { period: 'month', alertAt: [0.5, 1, { of: 'committed', at: 1 }] } as const
      await ledger.setBudget('agency/ada', { ...settings, limit: usd('10') })
      await ledger.record({ budget: 'agency/ada', cost: usd('6') })
      expect(await fired()).toEqual(['agency/ada settled 50%'])
      await ledger.changeBudget('agency/ada', { limit: usd('6') })
      const { items } = await ledger.listAlerts()
      expect(items.map(({ rule }) => rule).toSorted()).toEqual(['committed 100%', 'settled 100%'])
      expect(items[0]).toMatchObject({ before: usd('6'), after: usd('6'), limit: usd('6'), available: usd('0') })
      await fired()
      await ledger.changeBudget('agency/ada', { limit: usd('3') })
      expect(await fired()).toEqual([])
      await ledger.changeBudget('agency/ada', { limit: null })
      await ledger.changeBudget('agency/ada', { limit: usd('5') })
      expect((await fired()).length).toBe(3)
      await ledger.changeBudget('agency/ada', { alertAt: [0.2] })
      expect(await fired()).toEqual([])
    })

    test('name the three right below that took most of it', async () => {
      await ledger.setBudget('agency', { limit: usd('20'), period: 'month', alertAt: [1] })
      for (const [name, cost] of [
        ['ben', '3'],
        ['cleo', '6'],
        ['dan', '1'],
        ['eve', '7'],
        ['idle', '0'],
      ] as const) {
        await ledger.setBudget(`agency/${name}`, { period: 'month' })
        await ledger.setBudget(`agency/${name}/launch`, { period: 'once' })
        await ledger.record({ budget: `agency/${name}/launch`, cost: usd(cost) })
      }
      await ledger.record({ budget: 'agency/ben', cost: usd('3') })
      const [alert] = (await ledger.listAlerts()).items.filter(({ budget }) => budget === 'agency')
      const contributors = [
        { budget: 'agency/eve', amount: usd('7') },
        { budget: 'agency/ben', amount: usd('6') },
        { budget: 'agency/cleo', amount: usd('6') },
      ]
      expect(alert?.contributors).toEqual(contributors)
      const told: unknown[] = []
      await ledger.deliverAlerts((one) => void (one.budget === 'agency' && told.push(one.contributors)))
      expect(told).toEqual([contributors])
    })

    test('come again when the limit is raised, and not for what was told when it is lowered', async () => {
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [1] })
      await ledger.record({ budget: 'agency/ada', cost: usd('10') })
      expect(await fired()).toEqual(['agency/ada settled 100%'])
      await ledger.setBudget('agency/ada', { limit: usd('12'), period: 'month', alertAt: [1] })
      await ledger.record({ budget: 'agency/ada', cost: usd('2') })
      expect(await fired()).toEqual(['agency/ada settled 100%'])
      await ledger.setBudget('agency/ada', { limit: usd('5'), period: 'month', alertAt: [1] })
      await ledger.record({ budget: 'agency/ada', cost: usd('2') })
      expect(await fired()).toEqual([])
    })

    test('are listed until somebody says that they are handled', async () => {
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month', alertAt: [0.1, 0.2, 0.3] })
      await ledger.record({ budget: 'agency/ada', cost: usd('3') })
      const page = await ledger.listAlerts({ limit: 2 })
      expect(page.items.map(({ rule }) => rule)).toEqual(['settled 10%', 'settled 20%'])
      const rest = await ledger.listAlerts({ after: page.next ?? '' })
      expect([rest.items.map(({ rule }) => rule), rest.next]).toEqual([['settled 30%'], null])
      const id = page.items[0]?.id ?? ''
      expect([await ledger.dismissAlert(id), await ledger.dismissAlert(id)]).toEqual([true, false])
      expect(await ledger.dismissAlert('none')).toBe(false)
      expect((await ledger.listAlerts()).items).toHaveLength(2)
      expect(await fired()).toHaveLength(2)
    })

    test('come again after their handler threw, with the same id', async () => {
      await ledger.record({ budget: 'agency/ada', cost: usd('5') })
      const ids: string[] = []
      const failing = ledger.deliverAlerts((alert) => {
        ids.push(alert.id)
        throw new Error('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await ledger.deliverAlerts(({ id }) => void ids.push(id))).toBe(0)
      await opened.advance(minute)
      expect(await ledger.deliverAlerts(({ id }) => void ids.push(id))).toBe(1)
      expect(new Set(ids).size).toBe(1)
      expect(await ledger.deliverAlerts(() => {})).toBe(0)
    })
  })
})
