import { sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Claim, Conditions, PublicationKey } from '../../publishing/publishing-store.ts'
import type { PublishLimits } from '../../publishing/rate-hold.ts'
import type { Tx } from '../database.ts'
import { publicationRecord } from './load-publication.ts'
import { toConditions } from './read-conditions.ts'

interface LoadedWork {
  readonly publication: PublicationRecord
  readonly conditions: Conditions
}

/** A publication with what decides on it, of one instant. */
export async function loadWork(tx: Tx, key: PublicationKey, limits?: PublishLimits): Promise<LoadedWork | null> {
  const { rows } = await sql<LoadedWork>`
    select ${publicationRecord} as publication, ${toConditions(limits)} as conditions
    from ofm.publication p left join ofm.account a on a.agency_id = p.agency_id and a.account_id = p.account_id
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  return rows[0] ?? null
}

type ClaimedWork = LoadedWork & Pick<Claim, 'trace' | 'account' | 'content'>

/** Of the part that is sent next. */
const content = sql`
  select jsonb_build_object('partIndex', c.index, 'request', c.request)
  from ofm.part_content c
  where c.agency_id = p.agency_id and c.publication_id = p.publication_id and c.revision = p.revision and c.index = (
    select min(t.index) from ofm.part t
    where t.agency_id = p.agency_id and t.publication_id = p.publication_id and t.state not in ('published', 'delivered', 'removed'))`

/** The same with whose profile it is for, and the trace that created it. */
export async function loadClaimedWork(
  tx: Tx,
  key: PublicationKey,
  limits?: PublishLimits,
): Promise<ClaimedWork | null> {
  const { rows } = await sql<ClaimedWork>`
    select ${publicationRecord} as publication, ${toConditions(limits)} as conditions, o.trace, (${content}) as content,
      case when a.username is not null then jsonb_build_object('externalId', a.external_id, 'username', a.username) end as account
    from ofm.publication p
      left join ofm.post o on o.agency_id = p.agency_id and o.post_id = p.post_id
      left join ofm.account a on a.agency_id = p.agency_id and a.account_id = p.account_id
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  return rows[0] ?? null
}
