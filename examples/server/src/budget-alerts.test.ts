import { PGlite } from '@electric-sql/pglite'
import { createLedger, type TenantLedger, usd } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import type { Spending } from '@ofm-social/core'
import { createTestSocial } from '@ofm-social/core/testing'
import { recordServiceUse } from '@ofm-social/test-services'
import { expect, test } from 'vitest'
import { createBudgetSpending } from './spend-from-budgets.ts'

/** A ledger in PGlite whose clock is a row. */
async function openLedger() {
  recordServiceUse('PGlite')
  const pglite = new PGlite()
  const ledger = createLedger({ store: createPostgresLedgerStore({ pglite }) })
  await ledger.migrate()
  await pglite.exec(`
    create table ofm_budget.test_clock (at timestamptz not null);
    insert into ofm_budget.test_clock values ('2026-12-01T12:00:00Z');
    grant select on ofm_budget.test_clock to public;
    create or replace function ofm_budget.now() returns timestamptz language sql stable as 'select at from ofm_budget.test_clock'`)
  const passTime = (ms: number) => pglite.query("update ofm_budget.test_clock set at = at + $1 * interval '1 ms'", [ms])
  return { ledger, passTime, close: () => pglite.close() }
}

async function spend(books: TenantLedger, cost: string): Promise<void> {
  await books.record({ budget: 'agency', cost: usd(cost) })
}

test('a process that dies while it tells of an alert loses none, and no other agency hears of it', async () => {
  const { ledger, passTime, close } = await openLedger()
  let deaths = 2
  // Once before an alert is anywhere else than in the ledger, once after it is in the outbox of core.
  const mortal = (spending: Spending): Spending => ({
    ...spending,
    deliverAlerts: async (handler, options) =>
      (await spending.deliverAlerts?.(async (alert) => {
        if (deaths === 2) deaths = 1
        else {
          await handler(alert)
          if (deaths === 0) return
          deaths = 0
        }
        throw new Error('The process died.')
      }, options)) ?? 0,
  })
  const spending = createBudgetSpending({ open: async () => ledger, sweepAll: async () => {} })
  const social = await createTestSocial({
    spending: { ...mortal(spending), forTenant: (tenant) => mortal(spending.forTenant?.(tenant) ?? spending) },
  })
  const [told, others]: [string[], string[]] = [[], []]
  await social.forAgency('studio-nord').on('budget.*', ({ id, alert }) => void told.push(`${id} ${alert.rule}`))
  await social.forAgency('studio-sud').on('budget.*', ({ id }) => void others.push(id))
  const nord = ledger.forTenant('studio-nord')
  await nord.setBudget('agency', { limit: usd('10'), period: 'month', alertAt: [0.5, 0.8] })
  await ledger.forTenant('studio-sud').setBudget('agency', { limit: usd('10'), period: 'month' })
  await spend(nord, '6')
  await spend(nord, '3')
  for (let time = 0; time < 4; time += 1) {
    await social.tick({ maxMs: 60_000 })
    await passTime(61_000)
  }
  expect(new Set(told)).toEqual(new Set(['event_alert_1 settled 50%', 'event_alert_2 settled 80%']))
  // The one that was in the outbox already comes again with its id.
  expect(told).toHaveLength(3)
  expect(others).toEqual([])
  expect((await nord.listAlerts()).items).toEqual([])
  await ledger.close()
  await close()
})
