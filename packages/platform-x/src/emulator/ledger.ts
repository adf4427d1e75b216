import type { Charge } from './charges.ts'
import { toCycle, toDay } from './cycle.ts'
import { listPrices } from './prices.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

const rechargeEveryMs = 300_000

/** What was billed so far; amounts in micro-US-dollars. */
export interface XLedger {
  /** First day of the billing cycle: `2026-12-01`. */
  cycle: string
  spentInCycle: number
  /** Bought by itself when the balance ran low, and when last. */
  recharged: number
  rechargedAt: number | null
  spent: number
  charges: Record<string, { count: number; microUsd: number }>
  /** Resources billed on `day`; asked for again they cost nothing. */
  day: string
  billedToday: string[]
  /** Posts read by day, free ones included: what X's usage call counts. */
  postsRead: Record<string, number>
}

export function createLedger(): XLedger {
  return {
    cycle: '',
    spentInCycle: 0,
    recharged: 0,
    rechargedAt: null,
    spent: 0,
    charges: {},
    day: '',
    billedToday: [],
    postsRead: {},
  }
}

/** Writes charges down, at the price of the list or of the switch. */
export function bill(state: XState, settings: XSettings, charges: readonly Charge[], now: number): void {
  const { ledger } = state
  const before = readBalance(state, settings)
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
  recharge(state, settings, before, now)
}

/** What is left of the credits; without end where the switch sets none. */
export function readBalance({ ledger }: XState, { balanceMicroUsd }: XSettings): number {
  return balanceMicroUsd + ledger.recharged - ledger.spent
}

/** Fires when the balance falls below the threshold, every five minutes at most, and not when nothing is left: bursts end in 402 all the same. */
function recharge(state: XState, settings: XSettings, before: number, now: number): void {
  const { thresholdMicroUsd = 0, amountMicroUsd = 0 } = settings.autoRecharge
  const balance = readBalance(state, settings)
  const isRecent = state.ledger.rechargedAt !== null && now - state.ledger.rechargedAt < rechargeEveryMs
  if (isRecent || balance <= 0 || before < thresholdMicroUsd || balance >= thresholdMicroUsd) return
  state.ledger.recharged += amountMicroUsd
  state.ledger.rechargedAt = now
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
