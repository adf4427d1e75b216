import type { ListWindow } from '../creators/creator-store.ts'
import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { AccountEvent } from './account-event.ts'
import type { Account } from './accounts.ts'
import type { SealedTokens } from './sealed-tokens.ts'

/** An account as it is connected, for the first time or again. */
export interface ConnectedAccount {
  /** Of the known account, or a new one. */
  readonly id: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly externalId: string
  readonly aliases: readonly string[]
  readonly username: string | null
  readonly url: string | null
  /** Client id of the app that speaks: limits of the app are shared under it. Null where the host configured no app. */
  readonly appKey: string | null
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
  /** Null where the host brings tokens (`tokenSource`). */
  readonly tokens: SealedTokens | null
  /** Epoch milliseconds; null when the token does not expire or nobody knows. */
  readonly expiresAt: number | null
  /** Only for a new account: a known one keeps its own. */
  readonly defaults: Pick<Account, 'afterUnknown' | 'spacingMs'>
}

export type ConnectResult =
  | { readonly status: 'connected'; readonly account: Account }
  /** Another process added the account meanwhile, under this id: seal for it and call again. */
  | { readonly status: 'other_id'; readonly id: AccountId }
  /** Another creator of the agency has it. */
  | { readonly status: 'taken' }

/**
 * What accounts need of a database. Each method is one transaction, and writes its event in it; times are the database's (`ofm.now()`).
 *
 * Every change of a connection's state wakes the publications of the account that are not finished, so that a hold appears or ends at once; `connect`
 * also ends shared holds `connection` and `permission` of the account.
 */
export interface AccountStore {
  /** The database's clock, epoch milliseconds. For calls that carry a time; it decides nothing. */
  readNow(): Promise<number>
  find(agencyId: AgencyId, id: AccountId): Promise<Account | null>
  /** Those that there are, in any order. */
  listByExternalIds(
    agencyId: AgencyId,
    by: { readonly platform: string; readonly externalIds: readonly string[] },
  ): Promise<readonly Account[]>
  list(
    agencyId: AgencyId,
    query: ListWindow<AccountId> & { readonly creatorId?: CreatorId; readonly platform?: string },
  ): Promise<readonly Account[]>
  /**
   * Adds or reconnects, by (agency, platform, external id). State becomes active, reason null, tokens, scopes and expiry the new ones, `obtainedAt`
   * now, token version + 1, fence + 1 (a refresh that runs must not overwrite it), lease, retry time and refresh intent null.
   */
  connect(agencyId: AgencyId, connected: ConnectedAccount, event: AccountEvent): Promise<ConnectResult>
  /** Null when there is no such account. */
  update(
    agencyId: AgencyId,
    id: AccountId,
    changes: Partial<Pick<Account, 'afterUnknown' | 'spacingMs'>>,
    event: AccountEvent,
  ): Promise<Account | null>
  /**
   * State becomes disconnected; the tokens are deleted and what they were is returned, for revoking; fence + 1. An account that is disconnected
   * already stays as it is, without event. Null when there is no such account.
   */
  disconnect(
    agencyId: AgencyId,
    id: AccountId,
    event: AccountEvent,
  ): Promise<{ readonly account: Account; readonly tokens: SealedTokens | null } | null>
}
