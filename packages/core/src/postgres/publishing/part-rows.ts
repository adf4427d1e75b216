import { sql } from 'kysely'
import type { PartRequest } from '../../platform/part-request.ts'
import type { Checkpoint, PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Transactions, Tx } from '../database.ts'
import { toJson } from './columns.ts'

/** What a part sends, how far its preparation is, and who else may own what a look finds. */
export function createPartRows(
  database: Transactions,
): Pick<PublishingStore, 'readContent' | 'saveCheckpoint' | 'readRivals'> {
  return {
    readContent: (key, part) => database.inScope(key, (tx) => readContent(tx, key, part)),
    saveCheckpoint: (key, checkpoint) => database.inScope(key, (tx) => saveCheckpoint(tx, key, checkpoint)),
    readRivals: (key, of) => database.inScope(key, (tx) => readRivals(tx, key, of)),
  }
}

async function readContent(
  tx: Tx,
  key: PublicationKey,
  { revision, partIndex }: Parameters<PublishingStore['readContent']>[1],
) {
  const { rows } = await sql<{ request: PartRequest; accountExternalId: string }>`
    select c.request, a.external_id as "accountExternalId"
    from ofm.part_content c
      join ofm.publication p on p.agency_id = c.agency_id and p.publication_id = c.publication_id
      join ofm.account a on a.agency_id = p.agency_id and a.account_id = p.account_id
    where c.agency_id = ${key.agencyId} and c.publication_id = ${key.publicationId} and c.revision = ${revision}::int and c.index = ${partIndex}::int`.execute(
    tx,
  )
  const content = rows[0]
  if (!content)
    throw new Error(`publication ${key.publicationId} has no content of part ${partIndex} at revision ${revision}`)
  return content
}

/** Not a state: the version stays, so that the step which is running goes on. */
async function saveCheckpoint(
  tx: Tx,
  key: PublicationKey,
  { fence, partIndex, fingerprint, value, progress }: Checkpoint,
): Promise<boolean> {
  const { rows } = await sql`
    update ofm.part t
    set checkpoint = ${toJson(value)}, progress = ${toJson(progress)}, preparation_fingerprint = ${fingerprint},
      preparation_status = case when t.preparation_status = 'none' then 'running' else t.preparation_status end
    from (
      select w.agency_id, w.publication_id from ofm.work w
      where w.agency_id = ${key.agencyId} and w.publication_id = ${key.publicationId}
        and w.fence = ${fence}::double precision and w.lease_until > ofm.now()
      for update
    ) as held
    where t.agency_id = held.agency_id and t.publication_id = held.publication_id and t.index = ${partIndex}::int and t.fingerprint = ${fingerprint}
    returning t.part_id`.execute(tx)
  return rows.length > 0
}

/**
 * An attempt of another part may own a find while nothing has closed it and no id is bound to it, or when it was published without an id. Parts that
 * nothing but a handle or a key recognises have no likeness and no rivals.
 */
async function readRivals(
  tx: Tx,
  key: PublicationKey,
  { partIndex, since }: Parameters<PublishingStore['readRivals']>[1],
) {
  const { rows } = await sql<{ idsBoundElsewhere: readonly string[]; rivals: number }>`
    with mine as (
      select t.agency_id, t.account_id, t.part_id, t.publication_id, t.index, t.likeness
      from ofm.part t
      where t.agency_id = ${key.agencyId} and t.publication_id = ${key.publicationId} and t.index = ${partIndex}::int
    ), bound as (
      select other.external_id
      from mine join ofm.part other on other.agency_id = mine.agency_id and other.account_id = mine.account_id and other.part_id <> mine.part_id
        join ofm.publication q on q.agency_id = other.agency_id and q.publication_id = other.publication_id
      where other.external_id is not null and coalesce(q.published_at, ofm.now()) >= ofm.at(${since}::double precision)
      union
      select other.external_id
      from mine join ofm.attempt other on other.agency_id = mine.agency_id and other.account_id = mine.account_id
        and (other.publication_id, other.part_index) <> (mine.publication_id, mine.index)
      where other.external_id is not null and other.started_at >= ofm.at(${since}::double precision)
    ), rival as (
      select other.attempt_id
      from mine join ofm.attempt other on other.agency_id = mine.agency_id and other.account_id = mine.account_id and other.likeness = mine.likeness
        and (other.publication_id, other.part_index) <> (mine.publication_id, mine.index)
        join ofm.part owner on owner.agency_id = other.agency_id and owner.publication_id = other.publication_id and owner.index = other.part_index
      where other.external_id is null and (other.verdict is null or (other.verdict = 'published' and owner.external_id is null))
    )
    select (select coalesce(jsonb_agg(external_id order by external_id), '[]') from bound) as "idsBoundElsewhere",
      (select count(*) from rival)::double precision as rivals`.execute(tx)
  return rows[0] ?? { idsBoundElsewhere: [], rivals: 0 }
}
