import type { AgencyId, CreatorId } from '../model/ids.ts'

/** A login that began and has not come back. Holds no secret in clear: the state only as hash, the verifier sealed. */
export interface ConnectState {
  /** SHA-256 of the state, in 64 lower case hex digits. Key, together with the agency. */
  readonly hash: string
  readonly creatorId: CreatorId
  readonly platform: string
  readonly redirectUri: string
  readonly returnTo: string | null
  /** Data key that the verifier is sealed with. */
  readonly keyId: string
  readonly verifierBox: Uint8Array
}

/** What connecting needs of a database. Each method is one transaction; times are the database's (`ofm.now()`). */
export interface ConnectStateStore {
  /** Stores a state that lives for `lifeMs`, and removes those of the agency that are over. Returns when it ends. */
  add(agencyId: AgencyId, state: ConnectState, lifeMs: number): Promise<Date>
  /** Removes and returns it (`DELETE … RETURNING`), so that of two callbacks one gets it. Null when it is unknown, used or over. */
  take(agencyId: AgencyId, hash: string): Promise<ConnectState | null>
}
