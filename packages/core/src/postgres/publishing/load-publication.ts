import { sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PublicationKey } from '../../publishing/publishing-store.ts'
import type { Tx } from '../database.ts'
import {
  attemptKeyColumns,
  attemptResultColumns,
  partKeyColumns,
  partStateColumns,
  preparationColumns,
  publicationKeyColumns,
  publicationStateColumns,
  toSelection,
} from './columns.ts'

const attempts = sql`
  select ${toSelection('a', attemptKeyColumns)}, ${toSelection('a', attemptResultColumns)}
  from ofm.attempt a
  where a.agency_id = t.agency_id and a.publication_id = t.publication_id and a.part_index = t.index`

const parts = sql`
  select ${toSelection('t', partKeyColumns)}, ${toSelection('t', partStateColumns)},
    (select to_jsonb(row) from (select ${toSelection('t', preparationColumns)}) as row) as preparation,
    (select coalesce(jsonb_agg(to_jsonb(row) order by row.number), '[]') from (${attempts}) as row) as attempts
  from ofm.part t
  where t.agency_id = p.agency_id and t.publication_id = p.publication_id`

/** One JSON object in the shape of `PublicationRecord`, for a row `p` of `ofm.publication`. */
export const publicationRecord = sql<PublicationRecord>`(
  select to_jsonb(record) from (
    select ${toSelection('p', publicationKeyColumns)}, ${toSelection('p', publicationStateColumns)},
      (select coalesce(jsonb_agg(to_jsonb(row) order by row.index), '[]') from (${parts}) as row) as parts
  ) as record
)`

export async function loadPublication(tx: Tx, key: PublicationKey): Promise<PublicationRecord | null> {
  const { rows } = await sql<{ record: PublicationRecord }>`
    select ${publicationRecord} as record
    from ofm.publication p
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  return rows[0]?.record ?? null
}
