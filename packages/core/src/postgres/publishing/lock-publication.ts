import { sql } from 'kysely'
import type { PublicationKey } from '../../publishing/publishing-store.ts'
import type { Tx } from '../database.ts'
import { covering } from './read-conditions.ts'

export interface LockedWork {
  readonly fence: number
  readonly leaseUntil: number | null
  /** The database's clock, with the lock in hand. */
  readonly now: number
}

const work = (key: PublicationKey) => sql`
  select w.agency_id, w.publication_id, w.fence, w.lease_until
  from ofm.work w
  where w.agency_id = ${key.agencyId} and w.publication_id = ${key.publicationId}
  for update of w`

const publication = sql`
  select p.agency_id, p.publication_id, p.platform, p.creator_id, p.account_id
  from work join ofm.publication p on p.agency_id = work.agency_id and p.publication_id = work.publication_id
  for update of p`

const locked = sql`work.fence::double precision as fence, ofm.ms(work.lease_until) as "leaseUntil", ofm.ms(ofm.now()) as now`

/**
 * Locks the work and then the publication, always in this order: the second lock is looked for with the row that the first one gave. The clock is read
 * from both, so not before they are there. Null when there is none in this scope.
 */
export async function lockPublication(tx: Tx, key: PublicationKey): Promise<LockedWork | null> {
  const { rows } = await sql<LockedWork>`
    with work as materialized (${work(key)}), publication as materialized (${publication})
    select ${locked} from work join publication on publication.publication_id = work.publication_id`.execute(tx)
  return rows[0] ?? null
}

/**
 * The same, and keeps the connection and the agency's own switches as they are until the transaction ends, so that a disconnect or a pause comes before S2
 * or after it, never beside it. What they say is read afterwards, by another statement.
 */
export async function lockForSending(tx: Tx, key: PublicationKey): Promise<LockedWork | null> {
  const { rows } = await sql<LockedWork>`
    with work as materialized (${work(key)}), publication as materialized (${publication}),
      connection as materialized (
        select c.account_id from publication p join ofm.connection c on c.agency_id = p.agency_id and c.account_id = p.account_id
        for share of c
      ), switch as materialized (
        select h.key from publication p
          join ofm.account a on a.agency_id = p.agency_id and a.account_id = p.account_id
          join ofm.hold h on h.agency_id = p.agency_id and ${covering}
        for share of h
      )
    select ${locked}
    from (select count(*) from connection) as kept_connection, (select count(*) from switch) as kept_switches,
      work join publication on publication.publication_id = work.publication_id`.execute(tx)
  return rows[0] ?? null
}
