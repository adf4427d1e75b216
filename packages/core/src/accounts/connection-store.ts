import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { AccountEvent } from './account-event.ts'
import type { Account } from './accounts.ts'
import type { SealedTokens } from './sealed-tokens.ts'

/** Whose connection. Every statement names the agency. */
export interface ConnectionKey {
  readonly agencyId: AgencyId
  readonly accountId: AccountId
}

/** The connection of an account, as whoever needs its token reads it. Times are epoch milliseconds on the database's clock. */
export interface ConnectionRecord {
  readonly accountId: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly state: Account['connection']['state']
  readonly reason: string | null
  /** Null after disconnecting, and where the host brings tokens. */
  readonly tokens: SealedTokens | null
  readonly expiresAt: number | null
  /** When these tokens came. */
  readonly obtainedAt: number
  /** Rises with every new pair of tokens. */
  readonly version: number
  /** No refresh before, after one that failed; null otherwise. */
  readonly retryAt: number | null
  /** When this was read. */
  readonly now: number
}

/** The right to refresh, for the time of a lease. */
export interface RefreshClaim {
  /** Rises with every claim; alone decides who may store. */
  readonly fence: number
  /** The tokens at the moment of the claim. */
  readonly tokens: SealedTokens
  /** The database's clock in this transaction, epoch milliseconds. */
  readonly now: number
  /** A refresh of this same version began before and stored nothing: its answer may be lost. */
  readonly interrupted: boolean
}

/**
 * What single-flight refresh needs of a database: three short statements, nothing locked between them. Times are the database's (`ofm.now()`).
 *
 * Columns beside the tokens: `version`, `fence`, `lease_until`, `refresh_intent` (the version whose refresh began), `retry_at`.
 */
export interface ConnectionStore {
  read(key: ConnectionKey): Promise<ConnectionRecord | null>
  /**
   * Takes the lease, raises the fence and stores the intent, where the state is active, tokens exist, the version is this one, no lease is alive and
   * `retry_at` has passed. Null otherwise: read again.
   */
  claimRefresh(
    key: ConnectionKey,
    claim: { readonly version: number; readonly leaseMs: number },
  ): Promise<RefreshClaim | null>
  /** Stores new tokens: version + 1, `obtainedAt` now, lease, intent and retry time null. False when the fence moved. */
  storeRefresh(
    key: ConnectionKey,
    refreshed: {
      readonly fence: number
      readonly tokens: SealedTokens
      readonly expiresAt: number | null
      /** Null when the platform did not say: what is stored stays. */
      readonly granted: { readonly scopes: readonly string[]; readonly missingScopes: readonly string[] } | null
    },
  ): Promise<boolean>
  /** Gives the lease back after a failure that may pass; `retry_at` = now + `retryAfterMs`. Unless the answer may be lost, the intent is cleared. False when the fence moved. */
  failRefresh(
    key: ConnectionKey,
    failure: { readonly fence: number; readonly retryAfterMs: number; readonly answerMayBeLost: boolean },
  ): Promise<boolean>
  /**
   * The grant is gone: state reconnect with this reason, lease and intent null, event, publications of the account woken. Tokens stay until the next
   * connect or disconnect. False when the fence moved, and then nothing is written.
   */
  refuseRefresh(
    key: ConnectionKey,
    refusal: { readonly fence: number; readonly reason: string },
    event: AccountEvent,
  ): Promise<boolean>
}
