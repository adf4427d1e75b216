import { sql } from 'kysely'
import type { AccountId, AgencyId, PublicationId } from '../../model/ids.ts'
import type { PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database, Tx } from '../database.ts'

/** Due work of all agencies, and when to ask again. */
export function createReadDue(database: Database): PublishingStore['readDue'] {
  return (options) =>
    database.inEngine(async (tx) => {
      const due = await readDue(tx, options.limit, options.excludeAccounts)
      if (due.length >= options.limit) return { due, nextDueInMs: 0 }
      return { due, nextDueInMs: await readNextDue(tx, options.excludeAccounts) }
    })
}

interface DueRow {
  readonly agencyId: AgencyId
  readonly publicationId: PublicationId
  readonly accountId: AccountId
  readonly platform: string
}

/** Rows that another process has in hand this instant are skipped, so that two runners do not pick the same ones. */
async function readDue(tx: Tx, limit: number, excluded: readonly AccountId[]): Promise<readonly DueRow[]> {
  const { rows } = await sql<DueRow>`
    select agency_id as "agencyId", publication_id as "publicationId", account_id as "accountId", platform
    from ofm.work
    where run_at <= ofm.now() and (lease_until is null or lease_until <= ofm.now()) and account_id <> all (${toTextArray(excluded)})
    order by run_at, publication_id
    limit ${limit}::int
    for update skip locked`.execute(tx)
  return rows
}

async function readNextDue(tx: Tx, excluded: readonly AccountId[]): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    select ofm.ms(least(
      (select run_at from ofm.work where run_at > ofm.now() and account_id <> all (${toTextArray(excluded)}) order by run_at limit 1),
      (select min(lease_until) from ofm.work
        where run_at <= ofm.now() and lease_until > ofm.now() and account_id <> all (${toTextArray(excluded)}))
    )) - ofm.ms(ofm.now()) as next`.execute(tx)
  const next = rows[0]?.next ?? null
  return next === null ? null : Math.max(0, next)
}

const toTextArray = (values: readonly string[]) =>
  sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb))`
