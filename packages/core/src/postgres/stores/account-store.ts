import { sql } from 'kysely'
import type { AccountEvent } from '../../accounts/account-event.ts'
import type { AccountStore } from '../../accounts/account-store.ts'
import type { Account } from '../../accounts/accounts.ts'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import type { Database, Tx } from '../database.ts'
import {
  type AccountRow,
  readAccount,
  recordAccountEvent,
  selectAccounts,
  toAccount,
  toTokens,
  wakeAccount,
} from './account-rows.ts'
import { connectAccount } from './connect-account.ts'
import { toTextArray, toWindow } from './rows.ts'

export function createPostgresAccountStore(database: Database): AccountStore {
  return {
    readNow: async () => {
      const { rows } = await sql<{ now: number }>`select ofm.ms(ofm.now()) as now`.execute(database.kysely)
      return rows[0]?.now ?? 0
    },
    find: (agencyId, id) => database.inScope({ agencyId }, (tx) => readAccount(tx, agencyId, id)),
    listByExternalIds: (agencyId, by) => database.inScope({ agencyId }, (tx) => listByExternalIds(tx, agencyId, by)),
    list: (agencyId, query) => database.inScope({ agencyId }, (tx) => list(tx, agencyId, query)),
    connect: (agencyId, connected, event) =>
      database.inScope({ agencyId }, (tx) => connectAccount(tx, agencyId, connected, event)),
    update: (agencyId, id, changes, event) =>
      database.inScope({ agencyId }, (tx) => update(tx, { agencyId, id, changes, event })),
    disconnect: (agencyId, id, event) => database.inScope({ agencyId }, (tx) => disconnect(tx, agencyId, id, event)),
  }
}

async function listByExternalIds(
  tx: Tx,
  agencyId: AgencyId,
  { platform, externalIds }: Parameters<AccountStore['listByExternalIds']>[1],
): Promise<readonly Account[]> {
  const { rows } = await sql<AccountRow>`
    ${selectAccounts}
    where a.agency_id = ${agencyId} and a.platform = ${platform} and a.external_id = any(${toTextArray(externalIds)})`.execute(
    tx,
  )
  return rows.map(toAccount)
}

async function list(
  tx: Tx,
  agencyId: AgencyId,
  query: Parameters<AccountStore['list']>[1],
): Promise<readonly Account[]> {
  const { creatorId = null, platform = null } = query
  const { rows } = await sql<AccountRow>`
    ${selectAccounts}
    where a.agency_id = ${agencyId} and (${creatorId}::text is null or a.creator_id = ${creatorId}::text)
      and (${platform}::text is null or a.platform = ${platform}::text) ${toWindow('a.account_id', query)}`.execute(tx)
  return rows.map(toAccount)
}

interface AccountUpdate {
  readonly agencyId: AgencyId
  readonly id: AccountId
  readonly changes: Parameters<AccountStore['update']>[2]
  readonly event: AccountEvent
}

async function update(tx: Tx, { agencyId, id, changes, event }: AccountUpdate): Promise<Account | null> {
  const { afterUnknown = null, spacingMs = null } = changes
  await sql`
    update ofm.account
    set after_unknown = coalesce(${afterUnknown}::text, after_unknown), spacing_ms = coalesce(${spacingMs}::double precision, spacing_ms)
    where agency_id = ${agencyId} and account_id = ${id}`.execute(tx)
  const account = await readAccount(tx, agencyId, id)
  if (account) await recordAccountEvent(tx, agencyId, account, event)
  return account
}

interface Forgotten {
  readonly state: Account['connection']['state']
  readonly keyId: string | null
  readonly accessBox: Uint8Array | null
  readonly refreshBox: Uint8Array | null
}

async function disconnect(tx: Tx, agencyId: AgencyId, id: AccountId, event: AccountEvent) {
  const { rows } = await sql<Forgotten>`
    select state, key_id as "keyId", access_box as "accessBox", refresh_box as "refreshBox"
    from ofm.connection where agency_id = ${agencyId} and account_id = ${id} for update`.execute(tx)
  const before = rows[0]
  if (!before) return null
  if (before.state !== 'disconnected') {
    await sql`
      update ofm.connection
      set state = 'disconnected', reason = ${event.reason?.message ?? null}, key_id = null, access_box = null, refresh_box = null, expires_at = null,
        fence = fence + 1, lease_until = null, refresh_intent = null, retry_at = null
      where agency_id = ${agencyId} and account_id = ${id}`.execute(tx)
  }
  const account = await readAccount(tx, agencyId, id)
  if (!account) return null
  if (before.state !== 'disconnected') {
    await recordAccountEvent(tx, agencyId, account, event)
    await wakeAccount(tx, agencyId, id)
  }
  return { account, tokens: toTokens(before) }
}
