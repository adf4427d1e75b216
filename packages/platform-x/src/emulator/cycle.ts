/** A billing cycle; moments are epoch milliseconds. */
export interface Cycle {
  readonly startsAt: number
  readonly endsAt: number
}

/** The month, UTC, that begins on a day of it: that of the purchase. */
export function toCycle(now: number, day: number): Cycle {
  const today = new Date(now)
  const month = today.getUTCMonth() - (today.getUTCDate() < day ? 1 : 0)
  const year = today.getUTCFullYear()
  return { startsAt: Date.UTC(year, month, day), endsAt: Date.UTC(year, month + 1, day) }
}

/** `2026-12-01` */
export function toDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}
