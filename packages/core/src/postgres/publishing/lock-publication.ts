import { sql } from 'kysely'
import type { PublicationKey } from '../../publishing/publishing-store.ts'
import type { Tx } from '../database.ts'

export interface LockedWork {
  readonly fence: number
  readonly leaseUntil: number | null
  /** The database's clock, with the lock in hand. */
  readonly now: number
}

/**
 * Locks the work and then the publication, always in this order: the second lock is looked for with the row that the first one gave. The clock is read
 * from both, so not before they are there. Null when there is none in this scope.
 */
export async function lockPublication(tx: Tx, key: PublicationKey): Promise<LockedWork | null> {
  const { rows } = await sql<LockedWork>`
    with work as materialized (
      select w.agency_id, w.publication_id, w.fence, w.lease_until
      from ofm.work w
      where w.agency_id = ${key.agencyId} and w.publication_id = ${key.publicationId}
      for update of w
    ), publication as materialized (
      select p.publication_id
      from work join ofm.publication p on p.agency_id = work.agency_id and p.publication_id = work.publication_id
      for update of p
    )
    select work.fence::double precision as fence, ofm.ms(work.lease_until) as "leaseUntil", ofm.ms(ofm.now()) as now
    from work join publication on publication.publication_id = work.publication_id`.execute(tx)
  return rows[0] ?? null
}
