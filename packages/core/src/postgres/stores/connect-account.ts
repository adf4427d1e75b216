import { sql } from 'kysely'
import type { AccountEvent } from '../../accounts/account-event.ts'
import type { ConnectedAccount, ConnectResult } from '../../accounts/account-store.ts'
import type { AccountId, AgencyId, CreatorId } from '../../model/ids.ts'
import type { Tx } from '../database.ts'
import { readAccount, recordAccountEvent, wakeAccount } from './account-rows.ts'
import { toTextArray } from './rows.ts'

/** Adds an account or brings a known one back; its connection is new in both cases. */
export async function connectAccount(
  tx: Tx,
  agencyId: AgencyId,
  connected: ConnectedAccount,
  event: AccountEvent,
): Promise<ConnectResult> {
  const { rows } = await sql<{ id: AccountId; creatorId: CreatorId }>`
    insert into ofm.account (agency_id, account_id, creator_id, platform, external_id, after_unknown, spacing_ms)
    values (${agencyId}, ${connected.id}, ${connected.creatorId}, ${connected.platform}, ${connected.externalId}, ${connected.defaults.afterUnknown},
      ${connected.defaults.spacingMs}::double precision)
    on conflict (agency_id, platform, external_id) do update set external_id = excluded.external_id
    returning account_id as "id", creator_id as "creatorId"`.execute(tx)
  const stored = rows[0]
  if (!stored) throw new Error(`account ${connected.id} was not stored`)
  if (stored.creatorId !== connected.creatorId) return { status: 'taken' }
  if (stored.id !== connected.id) return { status: 'other_id', id: stored.id }
  await sql`
    update ofm.account set username = ${connected.username}, url = ${connected.url}, aliases = ${toTextArray(connected.aliases)}, app_key = ${connected.appKey}
    where agency_id = ${agencyId} and account_id = ${stored.id}`.execute(tx)
  await saveConnection(tx, agencyId, connected)
  await sql`
    delete from ofm.hold
    where agency_id = ${agencyId} and scope = 'account' and key = ${stored.id} and reason in ('connection', 'permission')`.execute(
    tx,
  )
  const account = await readAccount(tx, agencyId, stored.id)
  if (!account) throw new Error(`account ${stored.id} was not stored`)
  await recordAccountEvent(tx, agencyId, account, event)
  await wakeAccount(tx, agencyId, account.id)
  return { status: 'connected', account }
}

async function saveConnection(tx: Tx, agencyId: AgencyId, connected: ConnectedAccount): Promise<void> {
  const { tokens } = connected
  await sql`
    insert into ofm.connection (agency_id, account_id, creator_id, scopes, missing_scopes, key_id, access_box, refresh_box, expires_at)
    values (${agencyId}, ${connected.id}, ${connected.creatorId}, ${toTextArray(connected.scopes)}, ${toTextArray(connected.missingScopes)},
      ${tokens?.keyId ?? null}, ${tokens?.accessBox ?? null}, ${tokens?.refreshBox ?? null}, ofm.at(${connected.expiresAt}::double precision))
    on conflict (agency_id, account_id) do update
    set state = 'active', reason = null, scopes = excluded.scopes, missing_scopes = excluded.missing_scopes, key_id = excluded.key_id,
      access_box = excluded.access_box, refresh_box = excluded.refresh_box, expires_at = excluded.expires_at, obtained_at = ofm.now(),
      version = connection.version + 1, fence = connection.fence + 1, lease_until = null, refresh_intent = null, retry_at = null`.execute(
    tx,
  )
}
