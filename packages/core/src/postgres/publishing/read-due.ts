import { type RawBuilder, sql } from 'kysely'
import type { AccountId, AgencyId, PublicationId } from '../../model/ids.ts'
import type { PublishingStore } from '../../publishing/publishing-store.ts'
import type { Transactions, Tx } from '../database.ts'
import { toTextArray } from '../stores/rows.ts'

/** Due work of all agencies, and when to ask again. */
export function createReadDue(database: Transactions): PublishingStore['readDue'] {
  return ({ limit, excludeAccounts, excludePlatforms }) =>
    database.inEngine(async (tx) => {
      const included = sql`account_id <> all (${toTextArray(excludeAccounts)}) and platform <> all (${toTextArray(excludePlatforms)})`
      const due = await readDue(tx, limit, included)
      return { due, nextDueInMs: due.length >= limit ? 0 : await readNextDue(tx, included) }
    })
}

interface DueRow {
  readonly agencyId: AgencyId
  readonly publicationId: PublicationId
  readonly accountId: AccountId
  readonly platform: string
}

/** Rows that another process has in hand this instant are skipped, so that two runners do not pick the same ones. */
async function readDue(tx: Tx, limit: number, included: RawBuilder<unknown>): Promise<readonly DueRow[]> {
  const { rows } = await sql<DueRow>`
    select agency_id as "agencyId", publication_id as "publicationId", account_id as "accountId", platform
    from ofm.work
    where run_at <= ofm.now() and (lease_until is null or lease_until <= ofm.now()) and ${included}
    order by run_at, publication_id
    limit ${limit}::int
    for update skip locked`.execute(tx)
  return rows
}

async function readNextDue(tx: Tx, included: RawBuilder<unknown>): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    select ofm.ms(least(
      (select run_at from ofm.work where run_at > ofm.now() and ${included} order by run_at limit 1),
      (select min(lease_until) from ofm.work where run_at <= ofm.now() and lease_until > ofm.now() and ${included})
    )) - ofm.ms(ofm.now()) as next`.execute(tx)
  const next = rows[0]?.next ?? null
  return next === null ? null : Math.max(0, next)
}
