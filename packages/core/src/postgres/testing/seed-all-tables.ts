import { sql } from 'kysely'
import type { CreateId } from '../../model/ids.ts'
import type { Database } from '../database.ts'
import { createPostgresPublishingStore } from '../publishing/postgres-publishing-store.ts'
import { type SeededAccount, seedAccount, seedPublication, toAttemptInput } from './seed.ts'

/** At least one row in every table: an attempt in flight, with all that surrounds it. */
export async function seedAllTables(
  database: Database,
  createId: CreateId,
  account: SeededAccount,
  dueAt: number,
): Promise<void> {
  const { agencyId, creatorId, accountId } = account
  await database.inScope(account, async (tx) => {
    await sql`insert into ofm.consumer (agency_id, name, pattern) values (${agencyId}, 'app', '*') on conflict do nothing`.execute(
      tx,
    )
    await sql`
      insert into ofm.data_key (agency_id, key_id, creator_id, wrapped_by, wrapped)
      values (${agencyId}, ${`key-of-${creatorId}`}, ${creatorId}, 'k1', 'x')`.execute(tx)
    await sql`
      insert into ofm.connect_state (agency_id, state_hash, creator_id, platform, redirect_uri, key_id, verifier_box, expires_at)
      values (${agencyId}, ${`state-of-${creatorId}`}, ${creatorId}, 'x', 'https://app.example/back', 'k', 'x', ofm.now())`.execute(
      tx,
    )
    await sql`
      insert into ofm.login_choice (agency_id, state_hash, creator_id, platform, app_key, profiles, scopes, key_id, access_box, expires_at)
      values (${agencyId}, ${`choice-of-${creatorId}`}, ${creatorId}, 'x', 'app', '[]', '{}', 'k', 'x', ofm.now())`.execute(
      tx,
    )
    await sql`
      insert into ofm.asset (agency_id, asset_id, creator_id, file_name, size_bytes, sha256, media_info)
      values (${agencyId}, ${createId('asset')}, ${creatorId}, 'a.jpg', 1, ${'0'.repeat(64)}, '{}')`.execute(tx)
    await sql`
      insert into ofm.facts (agency_id, account_id, creator_id, facts, expires_at) values (${agencyId}, ${accountId}, ${creatorId}, '{}', ofm.now())`.execute(
      tx,
    )
    await sql`
      insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by, until)
      values (${agencyId}, 'account', ${accountId}, 'paused', ${creatorId}, 'wait', 'me', ofm.now())`.execute(tx)
    await sql`
      insert into ofm.rate_window (agency_id, scope, key, name, creator_id, allowed, remaining, reset_at)
      values (${agencyId}, 'account', ${accountId}, 'posts', ${creatorId}, 10, 9, ofm.now())`.execute(tx)
    await sql`
      insert into ofm.connection_due (agency_id, account_id, creator_id, due_at)
      values (${agencyId}, ${accountId}, ${creatorId}, ofm.now())`.execute(tx)
  })
  await seedAttempt(database, createId, account, dueAt)
  await database.inScope(account, async (tx) => {
    const published = sql`select agency_id, publication_id, 0, creator_id, account_id, platform`
    const ofAccount = sql`from ofm.publication where agency_id = ${agencyId} and account_id = ${accountId} limit 1`
    await sql`
      insert into ofm.metric_due (agency_id, publication_id, part_index, creator_id, account_id, platform, subject_id, published_at, due_at)
      ${published}, publication_id, ofm.now(), ofm.now() ${ofAccount}`.execute(tx)
    await sql`
      insert into ofm.metric_sample (agency_id, publication_id, part_index, creator_id, account_id, platform, age_ms, at, counters)
      ${published}, 900000, ofm.now(), '{"likes": 1}' ${ofAccount}`.execute(tx)
    await sql`
      insert into ofm.webhook_event (agency_id, platform, webhook_event_id, creator_id, account_id)
      values (${agencyId}, 'x', ${`told-${creatorId}`}, ${creatorId}, ${accountId})`.execute(tx)
    await sql`
      insert into ofm.account_sample (agency_id, account_id, at, creator_id, platform, counters)
      values (${agencyId}, ${accountId}, ofm.now(), ${creatorId}, 'x', '{"followers": 1}')`.execute(tx)
  })
}

async function seedAttempt(
  database: Database,
  createId: CreateId,
  account: SeededAccount,
  dueAt: number,
): Promise<void> {
  const { id, version } = await seedPublication(database, createId, account, { dueAt })
  const key = { agencyId: account.agencyId, publicationId: id }
  const store = createPostgresPublishingStore(database)
  const claim = await store.claim(key, { owner: 'test', leaseMs: 60_000 })
  if (!claim || 'busyForMs' in claim) throw new Error('the seeded publication could not be claimed')
  const attempt = toAttemptInput(createId('attempt'))
  const begun = await store.beginAttempt({
    key,
    fence: claim.fence,
    version,
    revision: 1,
    partIndex: 0,
    from: 'waiting',
    attempt,
    deadlineMs: 45_000,
  })
  if (!begun) throw new Error('the seeded attempt was refused')
}

/** Two agencies; the first has two creators. Every table has rows of each of the three. */
export async function seedTenants(database: Database, createId: CreateId, dueAt: number) {
  const own = await seedAccount(database, createId)
  const colleague = await seedAccount(database, createId, { agencyId: own.agencyId })
  const stranger = await seedAccount(database, createId)
  for (const account of [own, colleague, stranger]) await seedAllTables(database, createId, account, dueAt)
  return { own, colleague, stranger }
}
