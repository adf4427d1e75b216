import { parentOf } from '../budget-path.ts'
import type { AlertRow } from '../ledger-store.ts'
import { fallsAt } from '../rolling-window.ts'
import { type Books, type PeriodRecord, toAmounts } from './books.ts'

type StoredAlert = Books['alerts'] extends Map<string, infer Alert> ? Alert : never

/** An alert with who took most of it. */
export function tellAlert(books: Books, alert: StoredAlert, now: number): AlertRow {
  alert.models ??= findModels(books, alert.period, now)
  return { ...alert.row, contributors: findContributors(books, alert.row), models: alert.models }
}

/** The budgets right below that took most of it by now. */
function findContributors(books: Books, row: AlertRow): AlertRow['contributors'] {
  const { budget, of, periodStartsAt, periodEndsAt } = row
  const below = [...books.budgets.values()].filter((record) => parentOf(record.budget) === budget)
  const contributors = below.map((record) => ({
    budget: record.budget,
    amountNanos: record.periods
      .filter(({ startsAt, endsAt }) => startsAt < (periodEndsAt ?? Infinity) && (endsAt ?? Infinity) > periodStartsAt)
      .reduce((sum, period) => sum + toAmounts(period)[of], 0n),
  }))
  const largest = contributors
    .filter(({ amountNanos }) => amountNanos > 0n)
    .toSorted((one, other) => (one.budget < other.budget ? -1 : 1))
    .toSorted((one, other) => Number(other.amountNanos > one.amountNanos) - Number(other.amountNanos < one.amountNanos))
  return largest.slice(0, 3)
}

const entriesMax = 20_000

/** The models that took most, by the newest entries that belong to the period. */
function findModels(books: Books, period: PeriodRecord, now: number): AlertRow['models'] {
  const begun = books.entries.findIndex(({ kind, path }) => kind === 'period' && path[0] === period)
  const sums = new Map<string, AlertRow['models'][number]>()
  for (const entry of books.entries.slice(begun + 1).slice(-entriesMax)) {
    const quote = readQuote(entry.details)
    const old = period.window && fallsAt(entry.at, period.window.windowMs) <= now
    if (entry.kind !== 'settle' || !entry.path.includes(period) || !quote || old) continue
    const key = JSON.stringify(quote)
    sums.set(key, { ...quote, amountNanos: (sums.get(key)?.amountNanos ?? 0n) + entry.settledNanos })
  }
  const order = (text: string, other: string) => (text === other ? 0 : text < other ? -1 : 1)
  return [...sums.values()]
    .filter(({ amountNanos }) => amountNanos > 0n)
    .toSorted((one, other) => order(one.vendor, other.vendor) || order(one.model, other.model))
    .toSorted((one, other) => Number(other.amountNanos > one.amountNanos) - Number(other.amountNanos < one.amountNanos))
    .slice(0, 3)
}

function readQuote(details: unknown): { readonly vendor: string; readonly model: string } | null {
  const quote = typeof details === 'object' && details !== null ? Reflect.get(details, 'quote') : null
  if (typeof quote !== 'object' || quote === null) return null
  const [vendor, model] = [Reflect.get(quote, 'vendor'), Reflect.get(quote, 'model')]
  return typeof vendor === 'string' && typeof model === 'string' ? { vendor, model } : null
}
