import { sql } from 'kysely'
import type { AccountEvent } from '../../accounts/account-event.ts'
import type { ConnectionKey, ConnectionRecord, ConnectionStore, RefreshClaim } from '../../accounts/connection-store.ts'
import type { CreatorId } from '../../model/ids.ts'
import type { Database, Tx } from '../database.ts'
import { recordAccountEvent, toTokens, wakeAccount } from './account-rows.ts'
import { toTextArray } from './rows.ts'

/** The row of a connection is the lease of its refresh: three short statements, nothing locked while the platform is called. */
export function createPostgresConnectionStore(database: Database): ConnectionStore {
  return {
    read: (key) => database.often.inScope(key, (tx) => read(tx, key)),
    claimRefresh: (key, claim) => database.inScope(key, (tx) => claimRefresh(tx, key, claim)),
    storeRefresh: (key, refreshed) => database.inScope(key, (tx) => storeRefresh(tx, key, refreshed)),
    failRefresh: (key, failure) => database.inScope(key, (tx) => failRefresh(tx, key, failure)),
    refuseRefresh: (key, refusal, event) => database.inScope(key, (tx) => refuseRefresh(tx, key, refusal, event)),
  }
}

interface TokenColumns {
  readonly keyId: string | null
  readonly accessBox: Uint8Array | null
  readonly refreshBox: Uint8Array | null
}

const tokenColumns = sql`c.key_id as "keyId", c.access_box as "accessBox", c.refresh_box as "refreshBox"`
const its = (key: ConnectionKey) => sql`c.agency_id = ${key.agencyId} and c.account_id = ${key.accountId}`

async function read(tx: Tx, key: ConnectionKey): Promise<ConnectionRecord | null> {
  const { rows } = await sql<Omit<ConnectionRecord, 'tokens'> & TokenColumns>`
    select c.account_id as "accountId", c.creator_id as "creatorId", a.platform, c.state, c.reason, ${tokenColumns},
      ofm.ms(c.expires_at) as "expiresAt", ofm.ms(c.obtained_at) as "obtainedAt", c.version, ofm.ms(c.retry_at) as "retryAt", ofm.ms(ofm.now()) as now
    from ofm.connection c join ofm.account a on a.agency_id = c.agency_id and a.account_id = c.account_id
    where ${its(key)}`.execute(tx)
  const row = rows[0]
  if (!row) return null
  const { keyId, accessBox, refreshBox, ...connection } = row
  return { ...connection, tokens: toTokens({ keyId, accessBox, refreshBox }) }
}

async function claimRefresh(
  tx: Tx,
  key: ConnectionKey,
  claim: Parameters<ConnectionStore['claimRefresh']>[1],
): Promise<RefreshClaim | null> {
  const { rows } = await sql<TokenColumns & Omit<RefreshClaim, 'tokens'>>`
    with before as (
      select c.agency_id, c.account_id, c.refresh_intent from ofm.connection c
      where ${its(key)} and c.state = 'active' and c.access_box is not null and c.version = ${claim.version}::int
        and (c.lease_until is null or c.lease_until <= ofm.now()) and (c.retry_at is null or c.retry_at <= ofm.now())
      for update
    )
    update ofm.connection c
    set lease_until = ofm.now() + ${claim.leaseMs}::double precision * interval '1 ms', fence = c.fence + 1, refresh_intent = c.version
    from before where c.agency_id = before.agency_id and c.account_id = before.account_id
    returning c.fence::double precision as fence, ${tokenColumns}, ofm.ms(ofm.now()) as now,
      coalesce(before.refresh_intent = c.version, false) as interrupted`.execute(tx)
  const row = rows[0]
  const tokens = row && toTokens(row)
  return row && tokens ? { fence: row.fence, tokens, now: row.now, interrupted: row.interrupted } : null
}

async function storeRefresh(
  tx: Tx,
  key: ConnectionKey,
  refreshed: Parameters<ConnectionStore['storeRefresh']>[1],
): Promise<boolean> {
  const { tokens, granted } = refreshed
  const grants = granted
    ? sql`scopes = ${toTextArray(granted.scopes)}, missing_scopes = ${toTextArray(granted.missingScopes)},`
    : sql``
  const { rows } = await sql`
    update ofm.connection c
    set key_id = ${tokens.keyId}, access_box = ${tokens.accessBox}, refresh_box = ${tokens.refreshBox}, ${grants}
      expires_at = ofm.at(${refreshed.expiresAt}::double precision), obtained_at = ofm.now(), version = c.version + 1,
      lease_until = null, refresh_intent = null, retry_at = null
    where ${its(key)} and c.fence = ${refreshed.fence}::double precision
    returning c.account_id`.execute(tx)
  return rows.length > 0
}

async function failRefresh(
  tx: Tx,
  key: ConnectionKey,
  failure: Parameters<ConnectionStore['failRefresh']>[1],
): Promise<boolean> {
  const { rows } = await sql`
    update ofm.connection c
    set lease_until = null, retry_at = ofm.now() + ${failure.retryAfterMs}::double precision * interval '1 ms',
      refresh_intent = case when ${failure.answerMayBeLost}::boolean then c.refresh_intent end
    where ${its(key)} and c.fence = ${failure.fence}::double precision
    returning c.account_id`.execute(tx)
  return rows.length > 0
}

async function refuseRefresh(
  tx: Tx,
  key: ConnectionKey,
  refusal: Parameters<ConnectionStore['refuseRefresh']>[1],
  event: AccountEvent,
): Promise<boolean> {
  const { rows } = await sql<{ creatorId: CreatorId }>`
    update ofm.connection c
    set state = 'reconnect', reason = ${refusal.reason}, lease_until = null, refresh_intent = null
    where ${its(key)} and c.fence = ${refusal.fence}::double precision
    returning c.creator_id as "creatorId"`.execute(tx)
  const row = rows[0]
  if (!row) return false
  await recordAccountEvent(tx, key.agencyId, { id: key.accountId, creatorId: row.creatorId }, event)
  await wakeAccount(tx, key.agencyId, key.accountId)
  return true
}
