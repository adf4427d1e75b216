import type { TenantLedger } from './ledger.ts'
import { createTenantAlerts } from './tenant-alerts.ts'
import { createTenantBooks } from './tenant-books.ts'
import { createTenantBudgets } from './tenant-budgets.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'
import { createTenantReservations } from './tenant-reservations.ts'

/** The members of a ledger for one tenant. */
export function createTenantLedger(tenant: string, parts: TenantLedgerParts): TenantLedger {
  return {
    ...createTenantBudgets(tenant, parts),
    ...createTenantReservations(tenant, parts),
    ...createTenantBooks(tenant, parts),
    ...createTenantAlerts(tenant, parts),
  }
}
