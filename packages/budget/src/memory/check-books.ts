import { levelsOf, parentOf } from '../budget-path.ts'
import type { LedgerCheck, LedgerFinding } from '../ledger-check.ts'
import type { Books, PeriodRecord } from './books.ts'

/** C1 to C5 over all entries; C6 is checked before a quote is stored. */
export function checkBooks(books: Books): LedgerCheck {
  const periods = [...books.budgets.values()].flatMap((budget) => budget.periods)
  const open = [...books.reservations.values()].filter(({ state }) => state === 'open')
  const findings = periods.flatMap((period) => checkPeriod(books, period))
  for (const { position, path, budget, kind } of books.entries) {
    // A change of a budget itself, such as its limit, is an entry of one level.
    const own = kind === 'period' || kind === 'limit' || kind === 'state' || kind === 'roll'
    const expected = own ? [budget] : levelsOf(budget)
    // One that watches a level is not on the path by its name.
    const moved = path.filter(({ match, budget: level }) => !match || expected.includes(level))
    const elsewhere = path.filter(
      (period) => !moved.includes(period) && !expected.includes(parentOf(period.budget) ?? ''),
    )
    if (elsewhere.length > 0 || moved.map((period) => period.budget).join(' ') !== expected.join(' ')) {
      const names = path.map((period) => period.budget).join(' ')
      const message = `entry ${position} moved ${names || 'nothing'}; its path is ${budget}.`
      findings.push({ rule: 'C5', where: budget, message })
    }
  }
  return {
    ok: findings.length === 0,
    findings,
    periods: periods.length,
    entries: books.entries.length,
    openReservations: open.length,
    unmatched: books.unmatched.size,
  }
}

function checkPeriod(books: Books, period: PeriodRecord): LedgerFinding[] {
  const where = `${period.budget} ${new Date(period.startsAt).toISOString()}`
  const entries = books.entries.filter(({ path }) => path.includes(period))
  const findings: LedgerFinding[] = []
  const find = (rule: LedgerFinding['rule'], message: string) => void findings.push({ rule, where, message })
  const open = [...books.reservations.values()].filter(({ state, path }) => state === 'open' && path.includes(period))
  const held = open.reduce((sum, { amountNanos }) => sum + amountNanos, 0n)
  if (held !== period.reservedNanos) find('C1', `reserved is ${period.reservedNanos}; open reservations hold ${held}.`)
  let [reserved, settled, limit, hard] = [0n, 0n, null as bigint | null, false]
  for (const { kind, reservedNanos, settledNanos, details, position } of entries) {
    reserved += reservedNanos
    settled += settledNanos
    if (reserved < 0n) find('C3', `reserved fell to ${reserved} at entry ${position}.`)
    if (kind === 'period' || kind === 'limit') {
      const { limitNanos, enforcement } = details as { limitNanos: string | null; enforcement: string }
      limit = limitNanos === null ? null : BigInt(limitNanos)
      hard = enforcement === 'hard'
    }
    const taken = (kind === 'reserve' || kind === 'extend') && reservedNanos > 0n
    if (taken && hard && limit !== null && reserved + settled > limit + period.carriedInNanos) {
      find('C2', `entry ${position} took ${reservedNanos} and left ${reserved + settled} of ${limit}.`)
    }
  }
  if (reserved !== period.reservedNanos || settled !== period.settledNanos) {
    find('C4', `replayed ${reserved} and ${settled}; the row says ${period.reservedNanos} and ${period.settledNanos}.`)
  }
  const sliced = [...(period.window?.slices.values() ?? [])].reduce((sum, amount) => sum + amount, 0n)
  if (period.window && sliced !== period.settledNanos) {
    find('C4', `the slices of its window hold ${sliced}; the row says ${period.settledNanos}.`)
  }
  return findings
}
