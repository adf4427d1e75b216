import { sql } from 'kysely'
import type { PublicationKey } from '../../publishing/publishing-store.ts'
import type { Tx } from '../database.ts'

export interface LockedWork {
  readonly fence: number
  readonly leaseUntil: number | null
  /** The database's clock, with the lock in hand. */
  readonly now: number
}

/** Locks the work and then the publication, always in this order. Null when there is none in this scope. */
export async function lockPublication(tx: Tx, key: PublicationKey): Promise<LockedWork | null> {
  const { rows } = await sql<{ fence: number; lease_until: number | null }>`
    select w.fence::double precision as fence, ofm.ms(w.lease_until) as lease_until
    from ofm.work w
    where w.agency_id = ${key.agencyId} and w.publication_id = ${key.publicationId}
    for update of w`.execute(tx)
  const work = rows[0]
  if (!work) return null
  const locked = await sql<{ now: number }>`
    select ofm.ms(ofm.now()) as now
    from ofm.publication p
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}
    for update of p`.execute(tx)
  const now = locked.rows[0]?.now
  return now === undefined ? null : { fence: work.fence, leaseUntil: work.lease_until, now }
}
