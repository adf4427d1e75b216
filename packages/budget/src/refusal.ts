import type { PeriodRow, StoreRefusal } from './ledger-store.ts'
import { findRenewal } from './rolling-window.ts'

/** Null without a limit that refuses. */
function hardAvailableOf(period: PeriodRow): bigint | null {
  if (period.limitNanos === null || period.enforcement === 'soft') return null
  return period.limitNanos + period.carriedInNanos - period.reservedNanos - period.settledNanos
}

/**
 * Why an amount may not be taken from this path: the first level, from the root, that reserves nothing now, else the first that has too little. What is
 * free passes an exhausted budget.
 *
 * @param now `whenever`: more for a reservation that was made within the period.
 */
export function findRefusal(
  path: readonly PeriodRow[],
  amountNanos: bigint,
  now: number | 'whenever',
): StoreRefusal | undefined {
  for (const period of path) {
    if (period.state !== 'open') return { status: period.state, period }
    if (now !== 'whenever' && now < period.startsAt)
      return { status: 'no_period', budget: period.budget, timeZone: period.timeZone, opensAt: period.startsAt }
    if (now !== 'whenever' && period.endsAt !== null && now >= period.endsAt) {
      return { status: 'no_period', budget: period.budget, timeZone: period.timeZone, opensAt: null }
    }
  }
  for (const period of path) {
    const available = hardAvailableOf(period)
    if (amountNanos > 0n && available !== null && available < amountNanos)
      return { status: 'exceeded', period, renewsAt: findRenewal(period, amountNanos) }
  }
  return undefined
}
