import { sql } from 'kysely'
import type { CreatorStore } from '../../creators/creator-store.ts'
import type { Creator } from '../../creators/creators.ts'
import type { AgencyId, CreatorId } from '../../model/ids.ts'
import type { Database, Tx } from '../database.ts'
import { toDate, toWindow } from './rows.ts'

interface CreatorRow {
  readonly id: CreatorId
  readonly externalId: string | null
  readonly name: string | null
  readonly createdAt: number
}

const columns = sql`creator_id as "id", external_id as "externalId", name, ofm.ms(created_at) as "createdAt"`

const toCreator = (row: CreatorRow): Creator => ({ ...row, createdAt: toDate(row.createdAt) })

export function createPostgresCreatorStore(database: Database): CreatorStore {
  return {
    find: (agencyId, by) => database.inScope({ agencyId }, (tx) => find(tx, agencyId, by)),
    add: (agencyId, creator) => database.inScope({ agencyId }, (tx) => add(tx, agencyId, creator)),
    list: (agencyId, window) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<CreatorRow>`
          select ${columns} from ofm.creator
          where agency_id = ${agencyId} and erased_at is null ${toWindow('creator_id', window)}`.execute(tx)
        return rows.map(toCreator)
      }),
  }
}

async function find(tx: Tx, agencyId: AgencyId, by: Parameters<CreatorStore['find']>[1]): Promise<Creator | null> {
  const which = 'id' in by ? sql`creator_id = ${by.id}` : sql`external_id = ${by.externalId}`
  const { rows } = await sql<CreatorRow>`
    select ${columns} from ofm.creator where agency_id = ${agencyId} and erased_at is null and ${which}`.execute(tx)
  return rows[0] ? toCreator(rows[0]) : null
}

async function add(tx: Tx, agencyId: AgencyId, creator: Parameters<CreatorStore['add']>[1]): Promise<Creator> {
  const { rows } = await sql<CreatorRow>`
    insert into ofm.creator (agency_id, creator_id, external_id, name)
    values (${agencyId}, ${creator.id}, ${creator.externalId}, ${creator.name})
    on conflict (agency_id, external_id) do update set name = coalesce(excluded.name, creator.name)
    returning ${columns}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error(`creator ${creator.id} was not stored`)
  return toCreator(row)
}
