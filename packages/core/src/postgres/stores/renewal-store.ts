import { type RawBuilder, sql } from 'kysely'
import type { RenewalStore } from '../../engine/renewal-store.ts'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import type { Database } from '../database.ts'

export function createPostgresRenewalStore(database: Database): RenewalStore {
  return {
    take: ({ limit, retryAfterMs, agencyId }) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ agencyId: AgencyId; accountId: AccountId }>`
          with due as (
            select d.agency_id, d.account_id from ofm.connection_due d
            where d.due_at <= ofm.now() and ${ofAgency(agencyId)}
            order by d.due_at
            limit ${limit}::int
            for update skip locked
          )
          update ofm.connection_due d set due_at = ofm.now() + ${retryAfterMs}::double precision * interval '1 ms'
          from due where d.agency_id = due.agency_id and d.account_id = due.account_id
          returning d.agency_id as "agencyId", d.account_id as "accountId"`.execute(tx)
        return rows
      }),
    nextDueInMs: ({ agencyId } = {}) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ next: number | null }>`
          select ofm.ms(min(d.due_at)) - ofm.ms(ofm.now()) as next
          from ofm.connection_due d where ${ofAgency(agencyId)}`.execute(tx)
        const next = rows[0]?.next ?? null
        return next === null ? null : Math.max(0, next)
      }),
  }
}

const ofAgency = (agencyId: AgencyId | undefined): RawBuilder<unknown> =>
  agencyId === undefined ? sql`true` : sql`d.agency_id = ${agencyId}`
