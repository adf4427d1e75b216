import { sql } from 'kysely'
import type { Agency } from '../../agencies/agencies.ts'
import type { AgencyStore } from '../../agencies/agency-store.ts'
import type { Database } from '../database.ts'
import { toDate } from './rows.ts'

interface AgencyRow extends Omit<Agency, 'createdAt'> {
  readonly createdAt: number
}

export function createPostgresAgencyStore(database: Database): AgencyStore {
  return {
    ensure: ({ id, externalId }) =>
      database.inScope({ agencyId: id }, async (tx) => {
        await sql`
          insert into ofm.agency (agency_id, external_id) values (${id}, ${externalId})
          on conflict (agency_id) do nothing`.execute(tx)
      }),
    read: (id) =>
      database.inScope({ agencyId: id }, async (tx) => {
        const { rows } = await sql<AgencyRow>`
          select external_id as "externalId", approval, ofm.ms(created_at) as "createdAt"
          from ofm.agency where agency_id = ${id}`.execute(tx)
        return rows[0] ? { ...rows[0], createdAt: toDate(rows[0].createdAt) } : null
      }),
    update: (id, { approval }) =>
      database.inScope({ agencyId: id }, async (tx) => {
        await sql`update ofm.agency set approval = ${approval} where agency_id = ${id}`.execute(tx)
      }),
  }
}
