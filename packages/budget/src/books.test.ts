import { describe, expect } from 'vitest'
import { usd } from './money.ts'
import { createTestQuote } from './testing/create-test-quote.test-support.ts'
import { balanceOf, eachPreparedLedger, prepareAgency } from './testing/each-prepared-ledger.test-support.ts'

eachPreparedLedger('the books', prepareAgency, (test) => {
  test('are read in pages, of one budget and of one reservation', async ({ ledger }) => {
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

  test('keep quotes and usage from which a settlement can be computed again', async ({ ledger }) => {
    const toQuote = (output: bigint, basis: 'strict' | 'usage') =>
      createTestQuote({ basis, quantities: { output }, priceNanos: 12_500_000n, per: 1_000_000n })
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

  test('of one tenant are not another’s', async ({ ledger }) => {
    const other = ledger.forTenant('other')
    await expect(other.getBudget('agency')).rejects.toMatchObject({ code: 'unknown_budget' })
    await ledger.reserve({ budget: 'agency', amount: usd('1'), id: 'r1' })
    await expect(other.settle('r1', usd('1'))).rejects.toMatchObject({ code: 'unknown_reservation' })
    await other.setBudget('agency', { limit: usd('1'), period: 'day' })
    await other.reserve({ budget: 'agency', amount: usd('1'), id: 'r1' })
    expect(await balanceOf(ledger, 'agency')).toBe('1.00 0.00 99.00')
    expect((await other.listEntries({ reservation: 'r1' })).items).toHaveLength(1)
    expect(await other.checkLedger()).toMatchObject({ ok: true, openReservations: 1 })
  })

  describe('of what was not reserved', () => {
    test('is booked on its path and marked, once', async ({ ledger }) => {
      const request = { id: 'u1', budget: 'agency/ada', cost: usd('12') }
      const recorded = await ledger.record(request)
      expect(recorded).toMatchObject({ state: 'settled', marks: ['unreserved'] })
      expect(recorded.amount.amountNanos).toBe(0n)
      expect(await ledger.record(request)).toEqual(recorded)
      expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 12.00 -2.00')
      await expect(ledger.record({ ...request, cost: usd('1') })).rejects.toMatchObject({ code: 'already_settled' })
      await expect(ledger.reserve({ id: 'u1', budget: 'agency/ada', amount: usd('1') })).rejects.toMatchObject({
        code: 'already_settled',
      })
    })

    test('settles the reservation of its id where there is one', async ({ ledger }) => {
      await ledger.reserve({ budget: 'agency/ada', amount: usd('4'), id: 'r1' })
      expect(await ledger.record({ id: 'r1', budget: 'agency/ada', cost: usd('1') })).toMatchObject({
        state: 'settled',
        marks: [],
      })
      expect(await balanceOf(ledger, 'agency')).toBe('0.00 1.00 99.00')
    })

    test('and names no budget is kept apart and refused', async ({ ledger }) => {
      await expect(ledger.settle('nobody', usd('3'))).rejects.toMatchObject({ code: 'unknown_reservation' })
      await expect(ledger.release('nobody')).rejects.toMatchObject({ code: 'unknown_reservation' })
      expect(await ledger.checkLedger()).toMatchObject({ ok: true, unmatched: 1 })
      await ledger.record({ id: 'nobody', budget: 'agency', cost: usd('3') })
      expect(await ledger.checkLedger()).toMatchObject({ unmatched: 0 })
    })

    test('is corrected by adjustments, each once', async ({ ledger }) => {
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
      expect(await balanceOf(ledger, 'agency')).toBe('0.00 2.25 97.75')
      expect(await balanceOf(ledger, 'agency/ada')).toBe('0.00 2.00 8.00')
      await expect(ledger.adjust({ ...refund, id: 'a3', of: { reservation: 'r2' } })).rejects.toMatchObject({
        code: 'unknown_reservation',
      })
    })
  })
})
