import { expect, test } from 'vitest'
import type { EvidenceRecord } from '../model/publication.ts'
import { NOW, sampleAttempt } from '../publishing/proof/sample-records.ts'
import type { PricedUse } from './priced-use.ts'
import { toSettlement } from './settlement.ts'

const dayMs = 86_400_000
const read: PricedUse = {
  meter: 'read',
  quantity: 20,
  usdNanos: 5,
  per: 1,
  validFrom: '2026-01-01',
  oncePerDay: true,
  source: 'a price list',
}
const look = (read: number | null, at = NOW): EvidenceRecord => ({
  at,
  kind: 'not_yet',
  looked: 'the timeline',
  ...(read !== null && { uses: [{ meter: 'read', quantity: read }] }),
})

/** What an attempt that was refused costs after these looks. */
const costOf = (evidence: readonly EvidenceRecord[], line = read) => {
  const spending = { tenant: null, budget: 'agency/ada', reservation: 'part-0/1', publish: [], lookUps: [line] }
  return toSettlement(sampleAttempt({ spending, verdict: 'refused', evidence }), NOW)?.amountNanos
}

test('looks cost what they have read, and what is billed once a day counts once a day', () => {
  expect(costOf([look(3)])).toBe(15n)
  expect(costOf([look(0)])).toBe(0n)
  expect(costOf([look(2), look(3), look(3, NOW + dayMs)])).toBe(30n)
})

test('where each call is billed, each look counts', () => {
  const { oncePerDay: _, ...each } = read
  expect(costOf([look(2), look(3)], each)).toBe(25n)
})

test('where one look did not count, all that was reserved is booked; one that failed costs nothing', () => {
  expect(costOf([look(2), look(null)])).toBe(100n)
  expect(costOf([look(2), { ...look(null), kind: 'look_failed' }])).toBe(10n)
})
