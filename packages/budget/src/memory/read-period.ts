import { unknownOrigin } from '../budget-match.ts'
import type { StoreAnswer, WatchedPeriodRow } from '../ledger-store.ts'
import { type Books, type PeriodRecord, toPeriodRow } from './books.ts'
import { resolvePath } from './budgets.ts'

/** The period that holds a moment, or the present one; with whether what was reserved in it may still move it. */
export function readPeriod(
  books: Books,
  { budget, at }: { readonly budget: string; readonly at: number | null },
  now: number,
): StoreAnswer<WatchedPeriodRow> {
  const path = resolvePath(books, { budget, ...unknownOrigin }, now)
  if ('status' in path) return path
  const period = at === null ? path.at(-1) : books.budgets.get(budget)?.periods.findLast((one) => holds(one, at))
  return period
    ? { status: 'done', row: { ...toPeriodRow(period), provisional: isProvisional(books, period) } }
    : { status: 'unknown_period', budget, at: at ?? now }
}

function holds({ startsAt, endsAt }: PeriodRecord, at: number): boolean {
  return startsAt <= at && (endsAt === null || at < endsAt)
}

function isProvisional({ reservations }: Books, period: PeriodRecord): boolean {
  return [...reservations.values()].some(
    ({ path, state, marks }) => path.includes(period) && (state === 'open' || marks.includes('provisional')),
  )
}
