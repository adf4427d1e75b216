/** A clock that stands still until it is told to go on. */
export interface FixedClock {
  /** Epoch milliseconds. */
  now(): number
  /** Also by nothing; never back. */
  advance(ms: number): void
}

/** @param startMs Epoch milliseconds; default 2026-12-01T12:00:00Z. */
export function createFixedClock(startMs = Date.UTC(2026, 11, 1, 12)): FixedClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`A clock goes on by zero or more milliseconds, not by ${ms}.`)
      nowMs += ms
    },
  }
}
