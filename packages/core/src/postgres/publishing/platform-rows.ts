import { sql } from 'kysely'
import type { AccountId, AgencyId, CreatorId } from '../../model/ids.ts'
import type { DestinationFacts } from '../../platform/platform-adapter.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import type { PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Transactions, Tx } from '../database.ts'
import { toJson } from './columns.ts'
import { inInstallation, readSharedKey } from './share-holds.ts'

/** What platforms said about destinations and allowances. */
export function createPlatformRows(
  database: Transactions,
): Pick<PublishingStore, 'readFacts' | 'saveFacts' | 'saveRateWindows'> {
  return {
    readFacts: (key) => database.inScope(key, (tx) => readFacts(tx, key)),
    saveFacts: (key, facts) => database.inScope(key, (tx) => saveFacts(tx, key, facts)),
    saveRateWindows: (key, windows) => database.inScope(key, (tx) => saveRateWindows(tx, key, windows)),
  }
}

async function readFacts(tx: Tx, key: PublicationKey): Promise<DestinationFacts | undefined> {
  const { rows } = await sql<{ facts: DestinationFacts }>`
    select f.facts
    from ofm.publication p join ofm.facts f
      on f.agency_id = p.agency_id and f.account_id = p.account_id and f.target = coalesce(p.target, '')
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  return rows[0]?.facts
}

async function saveFacts(tx: Tx, key: PublicationKey, facts: DestinationFacts): Promise<void> {
  await sql`
    insert into ofm.facts (agency_id, account_id, target, creator_id, facts, expires_at)
    select p.agency_id, p.account_id, coalesce(p.target, ''), p.creator_id, ${toJson(facts)}, ofm.at(${facts.expiresAt}::double precision)
    from ofm.publication p
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}
    on conflict (agency_id, account_id, target) do update set facts = excluded.facts, expires_at = excluded.expires_at`.execute(
    tx,
  )
}

interface AccountRow {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
  readonly platform: string
}

async function saveRateWindows(tx: Tx, key: PublicationKey, windows: readonly RateWindow[]): Promise<void> {
  const { rows } = await sql<AccountRow>`
    select agency_id as "agencyId", creator_id as "creatorId", account_id as "accountId", platform
    from ofm.publication where agency_id = ${key.agencyId} and publication_id = ${key.publicationId}`.execute(tx)
  const account = rows[0]
  if (!account) return
  for (const window of windows) await saveRateWindow(tx, account, window)
}

/** The newest word counts; two processes may store theirs in any order, and the next answer corrects it. */
async function saveRateWindow(tx: Tx, account: AccountRow, window: RateWindow): Promise<void> {
  const own = window.scope === 'account'
  const sharedKey = window.scope === 'account' ? account.accountId : await readSharedKey(tx, account, window.scope)
  await inInstallation(tx, own ? null : account.agencyId, () =>
    sql`
      insert into ofm.rate_window (agency_id, scope, key, name, creator_id, allowed, remaining, reset_at)
      values (${own ? account.agencyId : '*'}, ${window.scope}, ${sharedKey}, ${window.name}, ${own ? account.creatorId : null},
        ${window.limit}::double precision, ${window.remaining}::double precision, ofm.at(${window.resetAt}::double precision))
      on conflict (agency_id, scope, key, name) do update
      set allowed = excluded.allowed, remaining = excluded.remaining, reset_at = excluded.reset_at, seen_at = ofm.now()`.execute(
      tx,
    ),
  )
}
