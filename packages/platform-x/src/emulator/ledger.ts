import type { Charge } from './charges.ts'
import { toCycle, toDay } from './cycle.ts'
import { listPrices } from './prices.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** What was billed so far; amounts in micro-US-dollars. */
export interface XLedger {
  /** First day of the billing cycle: `2026-12-01`. */
  cycle: string
  spentInCycle: number
  spent: number
  charges: Record<string, { count: number; microUsd: number }>
  /** Resources billed on `day`; asked for again they cost nothing. */
  day: string
  billedToday: string[]
  /** Posts read by day, free ones included: what X's usage call counts. */
  postsRead: Record<string, number>
}

export function createLedger(): XLedger {
  return { cycle: '', spentInCycle: 0, spent: 0, charges: {}, day: '', billedToday: [], postsRead: {} }
}

/** Writes charges down, at the price of the list or of the switch. */
export function bill({ ledger }: XState, settings: XSettings, charges: readonly Charge[], now: number): void {
  turnPage(ledger, settings, now)
  for (const { key, resource } of charges) {
    if (resource !== undefined && ledger.billedToday.includes(resource)) continue
    if (resource !== undefined) ledger.billedToday.push(resource)
    if (resource?.startsWith('post ')) ledger.postsRead[ledger.day] = (ledger.postsRead[ledger.day] ?? 0) + 1
    const price = settings.prices[key] ?? listPrices[key] ?? 0
    if (price === 0) continue
    const entry = ledger.charges[key] ?? { count: 0, microUsd: 0 }
    ledger.charges[key] = { count: entry.count + 1, microUsd: entry.microUsd + price }
    ledger.spent += price
    ledger.spentInCycle += price
  }
}

/** Spent in the cycle that the moment lies in. */
export function readSpentInCycle({ ledger }: XState, settings: XSettings, now: number): number {
  turnPage(ledger, settings, now)
  return ledger.spentInCycle
}

/** Posts read in the cycle that the moment lies in. */
export function countPostsRead({ ledger }: XState, { cycleDay }: XSettings, now: number): number {
  const since = toDay(toCycle(now, cycleDay).startsAt)
  return Object.entries(ledger.postsRead).reduce((sum, [day, count]) => sum + (day >= since ? count : 0), 0)
}

/** Days and cycles are those of UTC. */
function turnPage(ledger: XLedger, { cycleDay }: XSettings, now: number): void {
  const day = toDay(now)
  const cycle = toDay(toCycle(now, cycleDay).startsAt)
  if (ledger.day !== day) Object.assign(ledger, { day, billedToday: [] })
  if (ledger.cycle !== cycle) Object.assign(ledger, { cycle, spentInCycle: 0 })
}
