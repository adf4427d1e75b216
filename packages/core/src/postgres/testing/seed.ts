import { sql } from 'kysely'
import {
  type AccountId,
  type AgencyId,
  type AttemptId,
  type CreateId,
  type CreatorId,
  createIds,
  type PostId,
} from '../../model/ids.ts'
import type { PartRecord, PublicationRecord } from '../../model/publication.ts'
import { createFreshPart } from '../../publishing/fresh-part.ts'
import type { Database } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { insertPublication } from '../publishing/save-publication.ts'

/** Ids for tests: ordered, and never the same twice. */
export function createTestIds(): CreateId {
  let count = 0
  return createIds({
    now: () => {
      count += 1
      return 1_800_000_000_000 + count
    },
    random: (bytes) => bytes.fill(count % 251),
  })
}

/** An agency with one creator and one connected account, as rows. */
export interface SeededAccount {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
}

export async function seedAccount(
  database: Database,
  createId: CreateId,
  within: Partial<Pick<SeededAccount, 'agencyId' | 'creatorId'>> = {},
): Promise<SeededAccount> {
  const account = {
    agencyId: createId('agency'),
    creatorId: createId('creator'),
    ...within,
    accountId: createId('account'),
  }
  const { agencyId, creatorId, accountId } = account
  await database.inScope(account, async (tx) => {
    await sql`insert into ofm.agency (agency_id) values (${agencyId}) on conflict do nothing`.execute(tx)
    await sql`insert into ofm.creator (agency_id, creator_id) values (${agencyId}, ${creatorId}) on conflict do nothing`.execute(
      tx,
    )
    await sql`
      insert into ofm.account (agency_id, account_id, creator_id, platform, external_id)
      values (${agencyId}, ${accountId}, ${creatorId}, 'x', ${`x-${accountId}`})`.execute(tx)
    await sql`insert into ofm.connection (agency_id, account_id, creator_id) values (${agencyId}, ${accountId}, ${creatorId})`.execute(
      tx,
    )
  })
  return account
}

export interface SeedOptions {
  readonly dueAt: number
  readonly parts?: readonly Partial<PartRecord>[]
  readonly publication?: Partial<PublicationRecord>
}

/** A scheduled post on the account, with its work and the content of its parts. */
export async function seedPublication(
  database: Database,
  createId: CreateId,
  account: SeededAccount,
  { dueAt, parts = [{}], publication = {} }: SeedOptions,
): Promise<PublicationRecord> {
  const postId = createId('post')
  const record: PublicationRecord = {
    ...toRecord(createId, account, postId, dueAt),
    parts: parts.map((part, index) => ({ ...toPart(createId, index), ...part })),
    ...publication,
  }
  const { agencyId, creatorId, accountId } = account
  await database.inScope(account, async (tx) => {
    await sql`
      insert into ofm.post (agency_id, post_id, creator_id, input_hash, revision_hash, at, rating, approval, latest_by_ms, created_by)
      values (${agencyId}, ${postId}, ${creatorId}, 'input', 'hash', ofm.at(${dueAt}::double precision), 'general', 'none', 0, 'test')`.execute(
      tx,
    )
    await sql`
      insert into ofm.revision (agency_id, post_id, revision, creator_id, hash, content, created_by)
      values (${agencyId}, ${postId}, 1, ${creatorId}, 'hash', '{}', 'test')`.execute(tx)
    await insertPublication(tx, record, 0)
    for (const part of record.parts) {
      const request = {
        kind: part.kind,
        index: part.index,
        text: `part ${part.index}`,
        assets: [],
        settings: {},
        rating: 'general',
      }
      await sql`
        insert into ofm.part_content (agency_id, publication_id, revision, index, creator_id, request)
        values (${agencyId}, ${record.id}, 1, ${part.index}, ${creatorId}, ${toJson(request)})`.execute(tx)
    }
    await sql`
      insert into ofm.work (agency_id, publication_id, creator_id, account_id, platform, run_at)
      values (${agencyId}, ${record.id}, ${creatorId}, ${accountId}, 'x', ofm.at(${dueAt}::double precision))`.execute(
      tx,
    )
  })
  return record
}

function toRecord(createId: CreateId, account: SeededAccount, postId: PostId, dueAt: number): PublicationRecord {
  return {
    ...account,
    id: createId('publication'),
    postId,
    platform: 'x',
    target: null,
    state: 'scheduled',
    run: 1,
    version: 1,
    revision: 1,
    revisionHash: 'hash',
    approval: 'none',
    approvedHash: null,
    dueAt,
    latestBy: dueAt + 6 * 3_600_000,
    leadMs: 0,
    cancelRequestedAt: null,
    removeRequestedAt: null,
    spaced: false,
    hold: null,
    reason: null,
    removedBy: null,
    parts: [],
  }
}

function toPart(createId: CreateId, index: number): PartRecord {
  return createFreshPart({
    id: createId('part'),
    index,
    kind: index === 0 ? 'post' : 'thread',
    likeness: null,
    fingerprint: `fingerprint-${index}`,
  })
}

/** What S2 gets for an attempt with this id. */
export function toAttemptInput(id: AttemptId) {
  const spending = { tenant: null, budget: 'agency/ada', reservation: id, publish: [], lookUps: [] }
  return { id, key: 'key', fingerprint: 'fingerprint', baseline: { newest: ['1'] }, handle: null, spending }
}
