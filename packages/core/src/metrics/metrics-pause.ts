import type { RateWindow } from '../platform/rate-window.ts'
import { RATE_MARGIN_MS } from '../publishing/timing.ts'

/** An allowance that is not over yet, as the last answer said. */
export interface KnownWindow extends Pick<RateWindow, 'name' | 'scope' | 'limit' | 'remaining' | 'resetAt'> {
  /** When that answer came, epoch milliseconds. */
  readonly seenAt: number
}

export interface MetricsPause {
  readonly until: number
  readonly window: KnownWindow
}

/** What is left beyond this share is for publishing. */
const PAUSE_SHARE = 0.95
const THROTTLE_SHARE = 0.8
const THROTTLE_MS = 60_000

/**
 * Whether counters have to wait, because publishing comes first: an allowance of which four fifths are used is touched again a minute after its last answer,
 * whatever that was for; from 95 % on, after its reset. Null: read now.
 */
export function findMetricsPause(windows: readonly KnownWindow[], now: number): MetricsPause | null {
  const pauses = windows.map((window) => ({ until: toPauseEnd(window), window }))
  const [longest] = pauses.filter(({ until }) => until > now).toSorted((a, b) => b.until - a.until)
  return longest ?? null
}

function toPauseEnd({ limit, remaining, resetAt, seenAt }: KnownWindow): number {
  const used = limit - remaining
  if (used >= limit * PAUSE_SHARE) return resetAt + RATE_MARGIN_MS
  return used >= limit * THROTTLE_SHARE ? Math.min(resetAt + RATE_MARGIN_MS, seenAt + THROTTLE_MS) : 0
}
