/**
 * What a platform forbids about saying the same again. Core finds posts that are alike by the adapter's `likeness` (null is like nothing) and warns in
 * `posts.check` and `posts.create`; it refuses nothing.
 */
export interface RepetitionLimits {
  /** The same post on several accounts, due less than so many milliseconds apart. Absent: allowed. */
  readonly otherAccountsWithinMs?: number
  /** The same post on one account again within this time. Absent: allowed. */
  readonly sameAccountWithinMs?: number
  readonly source: string
  /** ISO date of the reading. */
  readonly checkedOn: string
}
