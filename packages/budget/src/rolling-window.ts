import type { PeriodRow } from './ledger-store.ts'

const HOUR_MS = 3_600_000

/** What was settled in a slice of a rolling window, and when all of it is older than the window. */
export interface Fall {
  readonly at: number
  readonly amountNanos: bigint
}

/** What will fall out of a rolling window, the oldest first. */
export interface RollingFalls {
  readonly falls: readonly Fall[]
  /** When all that was settled by now has fallen out. */
  readonly emptyAt: number
}

export function toWindowMs(hours: number): number {
  return hours * HOUR_MS
}

/** When what is settled at a moment falls out: a slice is a 240th of the window, but not less than a minute, and counts until its end is too old. */
export function fallsAt(moment: number, windowMs: number): number {
  const sliceMs = Math.max(60_000, Math.floor(windowMs / 240))
  return (Math.floor(moment / sliceMs) + 1) * sliceMs + windowMs
}

/**
 * When so much would be available, if nothing else were spent: at the end of the period, or when enough has fallen out of the window. What is reserved is
 * taken as settled now. Null: never, as of a campaign.
 */
export function findRenewal(period: PeriodRow, amountNanos: bigint): number | null {
  const { limitNanos, carriedInNanos, reservedNanos, settledNanos, renews, endsAt, rolling } = period
  if (!rolling) return renews ? endsAt : null
  if (limitNanos === null || amountNanos > limitNanos + carriedInNanos) return null
  let missing = amountNanos - (limitNanos + carriedInNanos - reservedNanos - settledNanos)
  for (const { at, amountNanos: fallen } of rolling.falls) {
    missing -= fallen
    if (missing <= 0n) return at
  }
  return rolling.emptyAt
}
