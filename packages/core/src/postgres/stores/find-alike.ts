import { sql } from 'kysely'
import type { AgencyId } from '../../model/ids.ts'
import type { AlikePublication, AlikeQuery } from '../../posts/post-store.ts'
import type { Tx } from '../database.ts'
import { toTextArray } from './rows.ts'

const FOUND_MAX = 200

/** Account by account, by the index that S11 needs; what a scope may not see is not found. */
export async function findAlike(
  tx: Tx,
  agencyId: AgencyId,
  { platforms, likenesses, dueFrom, dueUntil, exceptPostId }: AlikeQuery,
): Promise<readonly AlikePublication[]> {
  const { rows } = await sql<AlikePublication>`
    select p.publication_id as "id", p.platform, p.state, ofm.ms(p.due_at) as "dueAt", t.likeness,
      jsonb_build_object('id', a.account_id, 'externalId', a.external_id, 'username', a.username) as account,
      (select coalesce(jsonb_agg(asset.value ->> 'sha256' order by asset.ordinality), '[]')
        from ofm.part_content c, jsonb_array_elements(c.request -> 'assets') with ordinality asset
        where c.agency_id = p.agency_id and c.publication_id = p.publication_id and c.revision = p.revision and c.index = 0) as assets
    from ofm.account a
      join ofm.part t on t.agency_id = a.agency_id and t.account_id = a.account_id and t.index = 0 and t.likeness = any(${toTextArray(likenesses)})
      join ofm.publication p on p.agency_id = t.agency_id and p.publication_id = t.publication_id
    where a.agency_id = ${agencyId} and a.platform = any(${toTextArray(platforms)})
      and p.state not in ('draft', 'canceled', 'refused', 'missed', 'given_up')
      ${exceptPostId === undefined ? sql`` : sql`and p.post_id <> ${exceptPostId}`}
      and p.due_at > ofm.at(${dueFrom}::double precision) and p.due_at < ofm.at(${dueUntil}::double precision)
    order by p.due_at desc, p.publication_id limit ${sql.lit(FOUND_MAX)}`.execute(tx)
  return rows
}
