import { expect, test, vi } from 'vitest'
import type { AttemptRecord, PublicationRecord } from '../model/publication.ts'
import { NOW, sampleAttempt, samplePart, samplePublication } from '../publishing/proof/sample-records.ts'
import { createMemoryPublishingStore } from '../testing/memory-publishing-store.ts'
import { createMemorySpending } from './memory-spending.test-support.ts'
import { createMemorySpendingStore } from './memory-spending-store.test-support.ts'
import { toUsdMoney } from './money.ts'
import type { PricedUse } from './priced-use.ts'
import { samplePrice } from './sample-price.test-support.ts'
import { createSettleSpending } from './settle-spending.ts'
import { toSettlement } from './settlement.ts'

const use = (meter: string, usdNanos: number): PricedUse => ({ ...samplePrice(meter, usdNanos), quantity: 1 })
const spending = {
  tenant: null,
  budget: 'agency/ada',
  reservation: 'part-0/1',
  publish: [use('post', 15)],
  lookUps: [use('read', 100)],
}
const look = { at: NOW, kind: 'not_yet' as const, looked: 'the timeline' }
const failedLook = { at: NOW, kind: 'look_failed' as const, looked: null }
const attempt = (changes: Partial<AttemptRecord>): AttemptRecord => sampleAttempt({ spending, ...changes })

test.each([
  ['published', [], 15n, 'made'],
  ['published', [look, look], 115n, 'made'],
  ['delivered', [failedLook], 15n, 'made'],
  ['refused', [], 0n, 'not_made'],
  ['not_sent', [], 0n, 'not_made'],
  ['absent', [look], 100n, 'not_made'],
] as const)('an attempt that was %s after looks %j costs %d', (verdict, evidence, amountNanos, write) => {
  expect(toSettlement(attempt({ verdict, evidence }), NOW)).toEqual({ amountNanos, write })
})

test('what is still not decided when nothing is looked for any more is booked as made', () => {
  const day = 86_400_000
  expect(toSettlement(attempt({ startedAt: NOW - 8 * day }), NOW)).toBeNull()
  expect(toSettlement(attempt({ startedAt: NOW - 9 * day }), NOW)).toEqual({ amountNanos: 115n, write: 'made' })
})

/** One attempt whose truth changes, a store and a ledger. */
async function start(first: AttemptRecord) {
  let now = NOW
  const publishing = createMemoryPublishingStore(() => now)
  const withAttempt = (changed: AttemptRecord): PublicationRecord =>
    samplePublication({ parts: [samplePart({ attempts: [changed] })] })
  const tell = (changed: AttemptRecord): void => publishing.add(withAttempt(changed), [])
  tell(first)
  const ledger = createMemorySpending(() => now)
  ledger.setLimit('agency/ada', 1_000n)
  const { reservation: id, budget } = spending
  await ledger.reserve({ id, budget, amount: toUsdMoney(115n), lifetimeMs: 600_000, reference: 'publication' })
  const store = createMemorySpendingStore(
    () => publishing,
    () => now,
  )
  const log = vi.fn()
  const settle = createSettleSpending({ store, spending: ledger, monotonic: () => now, log })
  const settleAfter = (ms: number) => {
    now += ms
    return settle({ maxMs: 1_000 })
  }
  return { ledger, tell, settleAfter, log }
}

test('what was given back and turns out to be live is settled late', async () => {
  const { ledger, tell, settleAfter } = await start(attempt({ verdict: 'not_sent', outcome: 'closed' }))
  await settleAfter(1_000)
  expect(ledger.rows.get(spending.reservation)).toMatchObject({ state: 'released', settledNanos: null })
  tell(attempt({ verdict: 'published', outcome: 'closed' }))
  await settleAfter(1_000)
  expect(ledger.rows.get(spending.reservation)).toMatchObject({ state: 'settled', settledNanos: 15n, late: true })
})

test('a late word after look-ups were settled books the rest, once, whatever is repeated', async () => {
  const { ledger, tell, settleAfter } = await start(attempt({ verdict: 'absent', outcome: 'closed', evidence: [look] }))
  await settleAfter(1_000)
  expect(ledger.settledNanos('agency/ada')).toBe(100n)
  tell(attempt({ verdict: 'published', outcome: 'closed', evidence: [look] }))
  ledger.fail('record', 'before')
  ledger.fail('record', 'after')
  for (let tries = 0; tries < 4; tries += 1) await settleAfter(60_000)
  expect(ledger.settledNanos('agency/ada')).toBe(115n)
})

test('a ledger that has lost the reservation is told all the same', async () => {
  const other = { ...spending, reservation: 'lost' }
  const { ledger, settleAfter } = await start(
    sampleAttempt({ spending: other, verdict: 'published', outcome: 'closed' }),
  )
  await settleAfter(1_000)
  expect(ledger.settledNanos('agency/ada')).toBe(15n)
})

test('the ledger is asked about once a minute to end what has expired, and may fail to', async () => {
  const { ledger, settleAfter, log } = await start(attempt({}))
  let sweeps = 0
  Object.assign(ledger, {
    async sweepAll() {
      sweeps += 1
      if (sweeps === 2) throw new Error('The database is away.')
    },
  })
  for (let second = 0; second < 180; second += 20) await settleAfter(20_000)
  expect(sweeps).toBe(3)
  expect(log.mock.calls).toMatchObject([[{ level: 'error', message: 'expired reservations could not be ended' }]])
})
