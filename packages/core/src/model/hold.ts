import type { HoldScope } from '../platform/platform-error.ts'

/** Why nothing is done with a publication, and until when. An attribute of any state, never a state. */
export interface Hold {
  /**
   * `paused`, `connection`, `permission`, `account_blocked`, `app_blocked`, `misconfigured`, `rate_limited`, `quota`, `not_accepted`, `look_alike`,
   * `parent_id`, `spacing`, `handle_open`, `look_failing`, `adapter_failing`, `file_unreachable`, `budget`.
   */
  readonly reason: HoldReason
  readonly scope: HoldScope | 'creator' | 'agency' | 'platform' | 'everything'
  /** For people: what is missing, and what ends it. */
  readonly message: string
  /** Who switched it on, for `paused`. */
  readonly by?: string
  /** Epoch milliseconds; null when only an event ends it. */
  readonly until: number | null
}

export type HoldReason =
  | 'paused'
  | 'connection'
  | 'permission'
  | 'account_blocked'
  | 'app_blocked'
  | 'misconfigured'
  | 'rate_limited'
  | 'quota'
  | 'not_accepted'
  | 'look_alike'
  | 'parent_id'
  | 'spacing'
  | 'handle_open'
  | 'look_failing'
  | 'adapter_failing'
  | 'file_unreachable'
  | 'budget'

/** The message of a pause for which no reason was given. */
export const UNEXPLAINED_PAUSE = 'paused'
