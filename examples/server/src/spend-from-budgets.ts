import type { TenantLedger } from '@ofm-social/budget'
import type { Spending } from '@ofm-social/core'
import type { LedgerAccess } from './open-ledger.ts'

/**
 * Pays from the nearest budget that exists: the creator's, else the agency's. Without one nothing is counted, and nothing waits: budgets are off until
 * somebody sets one.
 */
export function createBudgetSpending({ open, sweepAll }: Pick<LedgerAccess, 'open' | 'sweepAll'>): Spending {
  const spending = (readLedger: () => Promise<TenantLedger>): Spending => ({
    async reserve({ budget, ...request }) {
      const ledger = await readLedger()
      return payFromNearest(budget, (nearest) => ledger.reserve({ ...request, budget: nearest }))
    },
    async record({ budget, ...request }) {
      const ledger = await readLedger()
      return payFromNearest(budget, (nearest) => ledger.record({ ...request, budget: nearest }))
    },
    extend: async (id, request) => (await readLedger()).extend(id, request),
    settle: async (id, cost) => (await readLedger()).settle(id, cost),
    release: async (id, options) => (await readLedger()).release(id, options),
    deliverAlerts: async (handler, options) => (await readLedger()).deliverAlerts(handler, options),
  })
  return {
    ...spending(open),
    sweepAll,
    forTenant: (tenant) => spending(async () => (await open()).forTenant(tenant)),
  }
}

/** Null: no level of the path has a budget. */
async function payFromNearest<Paid>(budget: string, pay: (budget: string) => Promise<Paid>): Promise<Paid | null> {
  let conflict: unknown
  const levels = budget.split('/')
  for (let count = levels.length; count > 0; count -= 1) {
    try {
      return await pay(levels.slice(0, count).join('/'))
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
      // The same id was paid by a level above, before this one had a budget of its own.
      if (code === 'key_conflict') conflict ??= error
      else if (code !== 'unknown_budget') throw error
    }
  }
  if (conflict !== undefined) throw conflict
  return null
}
