import { sql } from 'kysely'
import type { AccountEvent } from '../../accounts/account-event.ts'
import type { Account } from '../../accounts/accounts.ts'
import type { SealedTokens } from '../../accounts/sealed-tokens.ts'
import type { AccountId, AgencyId, CreatorId } from '../../model/ids.ts'
import type { Tx } from '../database.ts'
import { recordEvents } from '../publishing/record-events.ts'
import { hasWork, wakePublications } from '../publishing/wake.ts'
import { toDate } from './rows.ts'

export interface AccountRow {
  readonly id: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly externalId: string
  readonly username: string | null
  readonly url: string | null
  readonly afterUnknown: Account['afterUnknown']
  readonly spacingMs: number
  readonly createdAt: number
  readonly state: Account['connection']['state']
  readonly reason: string | null
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
  readonly expiresAt: number | null
}

/** Selects `AccountRow`s; a condition on `a` and `c` follows. */
export const selectAccounts = sql`
  select a.account_id as "id", a.creator_id as "creatorId", a.platform, a.external_id as "externalId", a.username, a.url,
    a.after_unknown as "afterUnknown", a.spacing_ms as "spacingMs", ofm.ms(a.created_at) as "createdAt",
    c.state, c.reason, c.scopes, c.missing_scopes as "missingScopes", ofm.ms(c.expires_at) as "expiresAt"
  from ofm.account a join ofm.connection c on c.agency_id = a.agency_id and c.account_id = a.account_id`

export function toAccount(row: AccountRow): Account {
  const { state, reason, scopes, missingScopes, expiresAt, ...account } = row
  return {
    ...account,
    createdAt: toDate(row.createdAt),
    connection: { state, reason, scopes, missingScopes, expiresAt: toDate(expiresAt) },
  }
}

export async function readAccount(tx: Tx, agencyId: AgencyId, id: AccountId): Promise<Account | null> {
  const { rows } = await sql<AccountRow>`
    ${selectAccounts} where a.agency_id = ${agencyId} and a.account_id = ${id}`.execute(tx)
  return rows[0] ? toAccount(rows[0]) : null
}

interface TokenRow {
  readonly keyId: string | null
  readonly accessBox: Uint8Array | null
  readonly refreshBox: Uint8Array | null
}

export function toTokens({ keyId, accessBox, refreshBox }: TokenRow): SealedTokens | null {
  return keyId !== null && accessBox !== null ? { keyId, accessBox, refreshBox } : null
}

export async function recordAccountEvent(
  tx: Tx,
  agencyId: AgencyId,
  account: Pick<Account, 'id' | 'creatorId'>,
  event: AccountEvent,
): Promise<void> {
  await recordEvents(tx, { agencyId, creatorId: account.creatorId, accountId: account.id, publicationId: null }, [
    event,
  ])
}

/** Everything of the account that is not finished: a hold appears or ends at once. */
export async function wakeAccount(tx: Tx, agencyId: AgencyId, id: AccountId): Promise<void> {
  await wakePublications(tx, agencyId, sql`p.account_id = ${id} and ${hasWork}`)
}
