import { sql } from 'kysely'
import type { AgencyId, PostId, PublicationId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PostChanges, PostDecision, PostStore, StoredPost } from '../../posts/post-store.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { loadPublication } from '../publishing/load-publication.ts'
import { lockPublication } from '../publishing/lock-publication.ts'
import { storeChange } from '../publishing/store-change.ts'
import { findAlike } from './find-alike.ts'
import { createPostCreation } from './post-creation.ts'
import { toWindow } from './rows.ts'

const columns = sql`p.post_id as "id", p.creator_id as "creatorId", p.key, p.revision, p.revision_hash as "revisionHash", ofm.ms(p.at) as "at",
  p.wall_time as "wallTime", p.time_zone as "timeZone", p.rating, p.approval, p.approved_revision as "approvedRevision",
  p.latest_by_ms as "latestByMs", ofm.ms(p.created_at) as "createdAt", r.content`

const posts = sql`ofm.post p join ofm.revision r on r.agency_id = p.agency_id and r.post_id = p.post_id and r.revision = p.revision`

export function createPostgresPostStore(database: Database): PostStore {
  return {
    // Both statements need one transaction of their own here; its scope is set by the functions and by ours alike.
    readMaterial: (agencyId, query) =>
      database.inScope({ agencyId }, (tx) => createPostCreation(toClient(tx), null).readMaterial(agencyId, query)),
    create: (agencyId, post) =>
      database.inScope({ agencyId }, async (tx) => {
        const creation = createPostCreation(toClient(tx), null)
        await creation.readMaterial(agencyId, { accountIds: [], assetIds: [] })
        return creation.create(agencyId, post)
      }),
    findAlike: (agencyId, query) => database.inScope({ agencyId }, (tx) => findAlike(tx, agencyId, query)),
    find: (agencyId, id) => database.inScope({ agencyId }, (tx) => find(tx, agencyId, id)),
    list: (agencyId, query) =>
      database.inScope({ agencyId }, async (tx) => {
        const creatorId = query.creatorId ?? null
        const { rows } = await sql<StoredPost>`
          select ${columns} from ${posts}
          where p.agency_id = ${agencyId} and (${creatorId}::text is null or p.creator_id = ${creatorId}::text) ${toWindow('p.post_id', query)}`.execute(
          tx,
        )
        return rows
      }),
    saveFacts: (agencyId, { accountId, target, creatorId }, facts) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`
          insert into ofm.facts (agency_id, account_id, target, creator_id, facts, expires_at)
          values (${agencyId}, ${accountId}, ${target ?? ''}, ${creatorId}, ${toJson(facts)}, ofm.at(${facts.expiresAt}::double precision))
          on conflict (agency_id, account_id, target) do update set facts = excluded.facts, expires_at = excluded.expires_at`.execute(
          tx,
        )
      }),
    command: (post, decide) => database.inScope({ agencyId: post.agencyId }, (tx) => command(tx, post, decide)),
  }
}

function toClient(tx: Tx): Parameters<typeof createPostCreation>[0] {
  return {
    async query(text, values) {
      const [before = '', after = ''] = text.split('$1')
      const { rows } = await sql<Record<string, unknown>>`${sql.raw(before)}${values[0]}${sql.raw(after)}`.execute(tx)
      return { rows }
    },
  }
}

async function find(tx: Tx, agencyId: AgencyId, id: PostId): Promise<StoredPost | null> {
  const { rows } =
    await sql<StoredPost>`select ${columns} from ${posts} where p.agency_id = ${agencyId} and p.post_id = ${id}`.execute(
      tx,
    )
  return rows[0] ?? null
}

type CommandedPost = Parameters<PostStore['command']>[0]

/** Publications are locked first, in the order of their ids and as the engine locks them; the post's row last. */
async function command(
  tx: Tx,
  commanded: CommandedPost,
  decide: Parameters<PostStore['command']>[1],
): Promise<boolean> {
  const { agencyId, id } = commanded
  const { rows } = await sql<{ id: PublicationId }>`
    select publication_id as "id" from ofm.publication where agency_id = ${agencyId} and post_id = ${id} order by publication_id collate "C"`.execute(
    tx,
  )
  const publications: PublicationRecord[] = []
  let now = 0
  for (const row of rows) {
    const key = { agencyId, publicationId: row.id }
    const locked = await lockPublication(tx, key)
    const publication = locked && (await loadPublication(tx, key))
    if (!publication) continue
    now = locked.now
    publications.push(publication)
  }
  await sql`select from ofm.post where agency_id = ${agencyId} and post_id = ${id} for update`.execute(tx)
  const post = await find(tx, agencyId, id)
  if (!post) return false
  const decision = decide(post, publications, now)
  if (decision) await store(tx, { commanded, post, publications }, decision)
  return true
}

interface LockedPost {
  readonly commanded: CommandedPost
  readonly post: StoredPost
  readonly publications: readonly PublicationRecord[]
}

async function store(tx: Tx, locked: LockedPost, decision: PostDecision): Promise<void> {
  const { agencyId } = locked.commanded
  const revision = decision.post?.revision
  if (revision) await insertRevision(tx, locked, revision)
  for (const publication of locked.publications) {
    const requests = decision.contents?.get(publication.id) ?? []
    for (const request of requests) {
      await sql`
        insert into ofm.part_content (agency_id, publication_id, revision, index, creator_id, request)
        values (${agencyId}, ${publication.id}, ${revision?.number ?? publication.revision}, ${request.index}, ${publication.creatorId},
          ${toJson(request)})`.execute(tx)
    }
    const change = decision.changes.get(publication.id)
    if (change) await storeChange(tx, { before: publication, change, lease: 'keep' })
  }
  if (decision.post) await savePost(tx, locked, decision.post)
}

async function insertRevision(
  tx: Tx,
  { commanded: { agencyId, by }, post }: LockedPost,
  { number, hash, content }: NonNullable<PostChanges['revision']>,
): Promise<void> {
  await sql`
    insert into ofm.revision (agency_id, post_id, revision, creator_id, hash, content, created_by)
    values (${agencyId}, ${post.id}, ${number}, ${post.creatorId}, ${hash}, ${toJson(content)}, ${by})`.execute(tx)
}

async function savePost(
  tx: Tx,
  { commanded: { agencyId }, post }: LockedPost,
  { revision, ...changes }: PostChanges,
): Promise<void> {
  const next = { ...post, ...changes }
  await sql`
    update ofm.post set revision = ${revision?.number ?? post.revision}, revision_hash = ${revision?.hash ?? post.revisionHash},
      rating = ${revision?.rating ?? post.rating}, approved_revision = ${next.approvedRevision}, approval = ${next.approval},
      at = ofm.at(${next.at}::double precision), wall_time = ${next.wallTime}, time_zone = ${next.timeZone}, latest_by_ms = ${next.latestByMs}
    where agency_id = ${agencyId} and post_id = ${post.id}`.execute(tx)
}
