import { sql } from 'kysely'
import type { AgencyStore } from '../../store-ports.ts'
import type { Database } from '../database.ts'

export function createPostgresAgencyStore(database: Database): AgencyStore {
  return {
    ensure: ({ id, externalId }) =>
      database.inScope({ agencyId: id }, async (tx) => {
        await sql`
          insert into ofm.agency (agency_id, external_id) values (${id}, ${externalId})
          on conflict (agency_id) do nothing`.execute(tx)
      }),
  }
}
