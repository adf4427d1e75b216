import type { Charge } from './charges.ts'
import { listPrices } from './prices.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** What was billed so far; amounts in micro-US-dollars. */
export interface XLedger {
  /** Month of the billing cycle: `2026-12`. */
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
  turnPage(ledger, now)
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
export function readSpentInCycle({ ledger }: XState, now: number): number {
  turnPage(ledger, now)
  return ledger.spentInCycle
}

/** Days and cycles are those of UTC; the cycle is the month. */
function turnPage(ledger: XLedger, now: number): void {
  const day = new Date(now).toISOString().slice(0, 10)
  const cycle = day.slice(0, 7)
  if (ledger.day !== day) Object.assign(ledger, { day, billedToday: [] })
  if (ledger.cycle !== cycle) Object.assign(ledger, { cycle, spentInCycle: 0 })
}
