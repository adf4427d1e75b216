/** Lengths of time that the machine lives by, in milliseconds. */
export const LEASE_MS = 60_000
export const LEASE_RENEW_MS = 15_000
/** The lease outlives the call's deadline by this much. */
export const LEASE_MARGIN_MS = 15_000
export const PUBLISH_TIMEOUT_MS = 45_000
export const LOOK_AFTER_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000]
/** Failing look-ups are a hold for this long, then a person is asked. */
export const LOOK_FAILING_MAX_MS = 24 * 3_600_000
/** Repetitions with a key end this long before the key's life does. */
export const KEY_MARGIN_MS = 300_000
export const LATEST_BY_MS = 6 * 3_600_000
export const LATE_MS = 60_000
/** A late post that is not out so long after its turn no longer keeps others back. */
export const TURN_GRACE_MS = 120_000
export const LOOK_ALIKE_RECHECK_MS = 15_000
/** Platforms' clocks and ours differ: a window is over this long after its reset. */
export const RATE_MARGIN_MS = 2_000
export const PREPARED_AGAIN_MAX = 3
export const NOT_ACCEPTED_MAX_LIVE = 10
export const FAILURES_MAX = 5
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Doubles from `firstMs` on, at most `maxMs`. `count` is 1 for the first. */
export function backOffMs(count: number, firstMs = 5_000, maxMs = 600_000): number {
  return Math.min(maxMs, firstMs * 2 ** Math.max(0, Math.min(count, 30) - 1))
}

/** Next rare look of what asks a person or lacks an id: hourly for a day, daily for a week, then on an event only. */
export function nextRareLookAt(since: number, now: number): number | null {
  const age = now - since
  if (age < DAY_MS) return now + HOUR_MS
  return age < 8 * DAY_MS ? now + DAY_MS : null
}
