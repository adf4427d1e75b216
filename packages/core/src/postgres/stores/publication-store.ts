import { type RawBuilder, sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PublicationStore, StoredPublication } from '../../publications/publication-store.ts'
import type { HistoryEntry } from '../../publications/publications.ts'
import type { Database, Tx } from '../database.ts'
import { publicationRecord } from '../publishing/load-publication.ts'
import { toDate, toWindow } from './rows.ts'

const texts = sql`(
  select coalesce(jsonb_agg(coalesce(c.request ->> 'text', '') order by c.index), '[]')
  from ofm.part_content c
  where c.agency_id = p.agency_id and c.publication_id = p.publication_id and c.revision = p.revision)`

async function select(tx: Tx, rest: RawBuilder<unknown>): Promise<readonly StoredPublication[]> {
  const { rows } = await sql<{
    record: PublicationRecord
    texts: string[]
    createdAt: number
    publishedAt: number | null
  }>`
    select ${publicationRecord} as record, ${texts} as texts, ofm.ms(p.created_at) as "createdAt", ofm.ms(p.published_at) as "publishedAt"
    from ofm.publication p ${rest}`.execute(tx)
  return rows
}

export function createPostgresPublicationStore(database: Database): PublicationStore {
  return {
    find: (agencyId, id) =>
      database.inScope({ agencyId }, async (tx) => {
        const [found] = await select(tx, sql`where p.agency_id = ${agencyId} and p.publication_id = ${id}`)
        return found ?? null
      }),
    list: (agencyId, query) =>
      database.inScope({ agencyId }, (tx) => {
        const { states, creatorId, accountId, platform, postId, held } = query
        const conditions = [
          sql`p.agency_id = ${agencyId}`,
          states && sql`p.state in (${sql.join(states)})`,
          creatorId && sql`p.creator_id = ${creatorId}`,
          accountId && sql`p.account_id = ${accountId}`,
          platform && sql`p.platform = ${platform}`,
          postId && sql`p.post_id = ${postId}`,
          held === undefined ? undefined : held ? sql`p.hold is not null` : sql`p.hold is null`,
        ].filter((condition) => condition !== undefined && condition !== '')
        return select(tx, sql`where ${sql.join(conditions, sql` and `)} ${toWindow('p.publication_id', query)}`)
      }),
    listOfPost: (agencyId, postId) =>
      database.inScope({ agencyId }, (tx) =>
        select(tx, sql`where p.agency_id = ${agencyId} and p.post_id = ${postId} order by p.destination`),
      ),
    history: (agencyId, id) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<Omit<HistoryEntry, 'at'> & { readonly at: number }>`
          select event_id as id, ofm.ms(at) as at, type, by, part_index as "partIndex", reason, details
          from ofm.history
          where agency_id = ${agencyId} and publication_id = ${id} order by position`.execute(tx)
        return rows.map((row) => ({ ...row, at: toDate(row.at) }))
      }),
  }
}
