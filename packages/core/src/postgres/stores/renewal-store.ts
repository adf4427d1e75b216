import { sql } from 'kysely'
import type { RenewalStore } from '../../engine/renewal-store.ts'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import type { Database } from '../database.ts'

export function createPostgresRenewalStore(database: Database): RenewalStore {
  return {
    take: ({ limit, retryAfterMs }) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ agencyId: AgencyId; accountId: AccountId }>`
          with due as (
            select agency_id, account_id from ofm.connection_due
            where due_at <= ofm.now()
            order by due_at
            limit ${limit}::int
            for update skip locked
          )
          update ofm.connection_due d set due_at = ofm.now() + ${retryAfterMs}::double precision * interval '1 ms'
          from due where d.agency_id = due.agency_id and d.account_id = due.account_id
          returning d.agency_id as "agencyId", d.account_id as "accountId"`.execute(tx)
        return rows
      }),
  }
}
