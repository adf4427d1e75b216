import { type RawBuilder, sql } from 'kysely'
import type { Hold } from '../../model/hold.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Database, Tx } from '../../postgres/database.ts'
import { toJson } from '../../postgres/publishing/columns.ts'
import { loadPublication } from '../../postgres/publishing/load-publication.ts'
import { createPostgresPublishingStore } from '../../postgres/publishing/postgres-publishing-store.ts'
import { insertPublication } from '../../postgres/publishing/save-publication.ts'
import type { TestClock } from '../../postgres/testing/test-clock.ts'
import type { MemoryAccount } from '../../testing/memory-publishing-rows.ts'
import type { PartContent, PublicationKey, PublishingStore } from '../publishing-store.ts'

/** The Postgres store, with what a walk does beside the engine, and what a reader of its tables sees. */
export interface RealStore {
  readonly store: PublishingStore
  setClock(ms: number): Promise<void>
  add(publication: PublicationRecord, contents: readonly PartContent[]): Promise<void>
  addRevision(publication: PublicationRecord, revision: number, contents: readonly PartContent[]): Promise<void>
  setAccount(publication: PublicationRecord, changes: Partial<MemoryAccount>): Promise<void>
  addHold(publication: PublicationRecord, hold: Hold): Promise<void>
  keepHolds(publication: PublicationRecord, keep: (hold: Hold) => boolean): Promise<void>
  read(key: PublicationKey): Promise<RealRow>
  readHistory(key: PublicationKey): Promise<readonly RealEvent[]>
}

/** What is stored of a publication: the record, and its work. */
export interface RealRow {
  readonly publication: PublicationRecord | null
  readonly runAt: number | null
  readonly leaseUntil: number | null
}

export interface RealEvent {
  readonly type: string
  readonly by: string
}

/** @param database Migrated, with the clock of tests. */
export function createRealStore(database: Database, clock: TestClock): RealStore {
  const inAgency = async <Row>(agencyId: string, statement: RawBuilder<Row>): Promise<readonly Row[]> =>
    (await database.inScope({ agencyId }, (tx) => statement.execute(tx))).rows
  return {
    store: createPostgresPublishingStore(database),
    async setClock(ms) {
      const passed = ms - (await clock.read())
      if (passed !== 0) await clock.advance(passed)
    },
    add: (publication, contents) =>
      database.inScope(publication, async (tx) => {
        await insertOwner(tx, publication)
        await insertRevision(tx, publication, publication.revision)
        await insertPublication(tx, publication, 0)
        await insertContents(tx, publication, publication.revision, contents)
        await insertWork(tx, publication)
      }),
    addRevision: (publication, revision, contents) =>
      database.inScope(publication, async (tx) => {
        await insertRevision(tx, publication, revision)
        await insertContents(tx, publication, revision, contents)
      }),
    async setAccount({ agencyId, accountId }, { connection, afterUnknown }) {
      await inAgency(
        agencyId,
        sql`update ofm.connection set state = coalesce(${connection ?? null}::text, state) where account_id = ${accountId}`,
      )
      await inAgency(
        agencyId,
        sql`update ofm.account set after_unknown = coalesce(${afterUnknown ?? null}::text, after_unknown) where account_id = ${accountId}`,
      )
    },
    async addHold({ agencyId, accountId, creatorId }, { scope, reason, message, by = 'engine', until }) {
      await inAgency(
        agencyId,
        sql`insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by, until)
          values (${agencyId}, ${scope}, ${accountId}, ${reason}, ${creatorId}, ${message}, ${by}, ofm.at(${until}::double precision))
          on conflict (agency_id, scope, key, reason) do update set message = excluded.message, until = excluded.until`,
      )
    },
    async keepHolds({ agencyId, accountId }, keep) {
      const holds = await inAgency(
        agencyId,
        sql<Hold>`select scope, reason, message, ofm.ms(until) as until from ofm.hold where key = ${accountId}`,
      )
      for (const { scope, reason } of holds.filter((hold) => !keep(hold)))
        await inAgency(
          agencyId,
          sql`delete from ofm.hold where key = ${accountId} and scope = ${scope} and reason = ${reason}`,
        )
    },
    read: (key) =>
      database.inScope(key, async (tx) => {
        const { rows } = await sql<Omit<RealRow, 'publication'>>`
          select ofm.ms(run_at) as "runAt", case when lease_owner is not null then ofm.ms(lease_until) end as "leaseUntil"
          from ofm.work where agency_id = ${key.agencyId} and publication_id = ${key.publicationId}`.execute(tx)
        const work = rows[0] ?? { runAt: null, leaseUntil: null }
        return { publication: await loadPublication(tx, key), ...work }
      }),
    readHistory: ({ agencyId, publicationId }) =>
      inAgency(
        agencyId,
        sql<RealEvent>`select type, by from ofm.history where publication_id = ${publicationId} order by position`,
      ),
  }
}

async function insertOwner(tx: Tx, publication: PublicationRecord): Promise<void> {
  const { agencyId, creatorId, accountId, postId, platform } = publication
  await sql`insert into ofm.agency (agency_id) values (${agencyId}) on conflict do nothing`.execute(tx)
  await sql`insert into ofm.creator (agency_id, creator_id) values (${agencyId}, ${creatorId}) on conflict do nothing`.execute(
    tx,
  )
  await sql`
    insert into ofm.account (agency_id, account_id, creator_id, platform, external_id)
    values (${agencyId}, ${accountId}, ${creatorId}, ${platform}, ${accountId}) on conflict do nothing`.execute(tx)
  await sql`
    insert into ofm.connection (agency_id, account_id, creator_id) values (${agencyId}, ${accountId}, ${creatorId})
    on conflict do nothing`.execute(tx)
  await sql`
    insert into ofm.post (agency_id, post_id, creator_id, input_hash, revision_hash, at, rating, approval, latest_by_ms, created_by)
    values (${agencyId}, ${postId}, ${creatorId}, 'input', 'hash', ofm.now(), 'general', 'none', 0, 'test')
    on conflict do nothing`.execute(tx)
}

async function insertRevision(tx: Tx, publication: PublicationRecord, revision: number): Promise<void> {
  const { agencyId, creatorId, postId } = publication
  await sql`
    insert into ofm.revision (agency_id, post_id, revision, creator_id, hash, content, created_by)
    values (${agencyId}, ${postId}, ${revision}, ${creatorId}, ${`hash-${revision}`}, '{}', 'test')
    on conflict do nothing`.execute(tx)
}

async function insertContents(
  tx: Tx,
  publication: PublicationRecord,
  revision: number,
  contents: readonly PartContent[],
): Promise<void> {
  for (const { request } of contents)
    await sql`
      insert into ofm.part_content (agency_id, publication_id, revision, index, creator_id, request)
      values (${publication.agencyId}, ${publication.id}, ${revision}, ${request.index}, ${publication.creatorId}, ${toJson(request)})`.execute(
      tx,
    )
}

async function insertWork(tx: Tx, publication: PublicationRecord): Promise<void> {
  const { agencyId, id, creatorId, accountId, platform, dueAt, leadMs } = publication
  await sql`
    insert into ofm.work (agency_id, publication_id, creator_id, account_id, platform, run_at)
    values (${agencyId}, ${id}, ${creatorId}, ${accountId}, ${platform}, ofm.at(${dueAt - leadMs}::double precision))`.execute(
    tx,
  )
}
