import { assertPage } from './assert-page.ts'
import { assertSameRate, toExchangeRate, toRateItem } from './exchange-rate.ts'
import type { TenantLedger } from './ledger.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'
import { toEntry } from './to-public.ts'

type Members = 'listEntries' | 'sweep' | 'addRate' | 'listRates' | 'checkLedger'

/** What is on a tenant's record, and whether it holds. */
export function createTenantBooks(tenant: string, { store, sweeper }: TenantLedgerParts): Pick<TenantLedger, Members> {
  return {
    async listEntries({ budget, reservation, limit = 100, after } = {}) {
      assertPage({ limit, after, budget, reservation })
      const rows = await store.listEntries(tenant, {
        budget: budget ?? null,
        reservation: reservation ?? null,
        limit: limit + 1,
        before: after === undefined ? null : BigInt(after),
      })
      const items = rows.slice(0, limit).map(toEntry)
      return { items, next: rows.length > limit ? `${items.at(-1)?.position}` : null }
    },
    sweep: async () => ({ expired: await sweeper.sweep(tenant) }),
    async addRate(rate) {
      const item = toRateItem(rate)
      const row = await store.addRate(tenant, item)
      assertSameRate(row, item)
      return toExchangeRate(row)
    },
    async listRates({ limit = 100 } = {}) {
      assertPage({ limit })
      return (await store.listRates(tenant, limit)).map(toExchangeRate)
    },
    checkLedger: () => store.check(tenant),
  }
}
