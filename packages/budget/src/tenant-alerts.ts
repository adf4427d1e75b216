import { assertPage } from './assert-page.ts'
import { createInputProblems, expectListMax } from './input-problems.ts'
import type { TenantLedger } from './ledger.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'
import { toAlert } from './to-public.ts'

const alertLeaseMs = 60_000

/** What a tenant has to be told of. */
export function createTenantAlerts(
  tenant: string,
  { store, sweeper: { noteUse } }: TenantLedgerParts,
): Pick<TenantLedger, 'deliverAlerts' | 'listAlerts' | 'dismissAlert'> {
  return {
    async deliverAlerts(handler, { max = 100 } = {}) {
      const problems = createInputProblems()
      expectListMax(problems, 'max', max)
      problems.assertNone()
      noteUse()
      let handled = 0
      for (const row of await store.takeAlerts(tenant, { max, leaseMs: alertLeaseMs })) {
        await handler(toAlert(row))
        await store.dropAlert(tenant, row.alertId)
        handled += 1
      }
      return handled
    },
    async listAlerts({ limit = 100, after } = {}) {
      noteUse()
      assertPage({ limit, after })
      const rows = await store.listAlerts(tenant, { limit: limit + 1, after: after ?? null })
      const items = rows.slice(0, limit).map(toAlert)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    async dismissAlert(id) {
      return /^\d{1,18}$/.test(id) && store.dropAlert(tenant, id)
    },
  }
}
