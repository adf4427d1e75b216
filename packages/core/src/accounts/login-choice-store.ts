import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { AccountProfile } from '../platform/platform-adapter.ts'
import type { SealedTokens } from './sealed-tokens.ts'

/** A login that reached several accounts, of which none has been chosen. Holds no secret in clear: the state only as hash, the tokens sealed. */
export interface LoginChoice {
  /** SHA-256 of the state, in 64 lower case hex digits. Key, together with the agency; the tokens are sealed for it. */
  readonly hash: string
  readonly creatorId: CreatorId
  readonly platform: string
  /** Client id of the app that logged in. */
  readonly appKey: string
  readonly profiles: readonly AccountProfile[]
  readonly scopes: readonly string[]
  readonly tokens: SealedTokens
  /** Epoch milliseconds; null when the token does not expire. */
  readonly tokensExpireAt: number | null
  readonly returnTo: string | null
}

/** What choosing needs of a database. Each method is one transaction; times are the database's (`ofm.now()`). */
export interface LoginChoiceStore {
  /** Stores a choice that lives for `lifeMs`, and removes those of the agency that are over. Returns when it ends. */
  add(agencyId: AgencyId, choice: LoginChoice, lifeMs: number): Promise<Date>
  /** Null when it is unknown, used or over. Leaves it: a wrong answer may be corrected. */
  read(agencyId: AgencyId, hash: string): Promise<LoginChoice | null>
  /** Removes it. Whether it was there and alive: of two answers one may go on. */
  take(agencyId: AgencyId, hash: string): Promise<boolean>
}
