import { toThresholds } from '../alert-threshold.ts'
import { type CostOrigin, withWatching } from '../budget-match.ts'
import { levelsOf, parentOf } from '../budget-path.ts'
import type { BudgetChange, BudgetPatch, PeriodRow, StateChange, StoreAnswer, StoreRefusal } from '../ledger-store.ts'
import { isFollowed, periodAt } from '../period.ts'
import { type Books, type BudgetRecord, book, type PeriodRecord, raiseAlert, toAmounts, toPeriodRow } from './books.ts'

/** The present period of each level, the root first, and of the budgets that watch it and match; begun where it is not. */
export function resolvePath(
  books: Books,
  asked: CostOrigin & { readonly budget: string },
  now: number,
): readonly PeriodRecord[] | StoreRefusal {
  const path: PeriodRecord[] = []
  for (const level of levelsOf(asked.budget)) {
    const record = books.budgets.get(level)
    if (!record) return { status: 'unknown_budget', budget: level }
    path.push(presentPeriod(books, record, now))
  }
  const names = new Set(path.map((period) => period.budget))
  const watching = [...books.budgets.values()].filter(
    (record) => record.match && names.has(parentOf(record.budget) ?? ''),
  )
  return withWatching(
    path,
    watching.map((record) => presentPeriod(books, record, now)),
    asked,
  )
}

function presentPeriod(books: Books, record: BudgetRecord, now: number): PeriodRecord {
  const last = lastInOrder(record)
  const over = last && last.endsAt !== null && last.endsAt <= now
  if (last && (!over || record.state === 'closed' || !isFollowed(record.rule, last))) return last
  return beginPeriod(books, record, now)
}

const lastInOrder = ({ periods }: BudgetRecord): PeriodRecord | undefined =>
  periods.findLast(({ isInOrder }) => isInOrder)

function beginPeriod(books: Books, record: BudgetRecord, now: number): PeriodRecord {
  const { rule, timeZone, createdAt, budget, currency } = record
  const { endsAt: lastEndsAt = null, superseded = false } = lastInOrder(record) ?? {}
  const bounds = periodAt({ rule, timeZone, createdAt, lastEndsAt, superseded }, now)
  const period: PeriodRecord = {
    periodId: `${budget}#${record.periods.length + 1}`,
    budget,
    currency,
    state: record.state,
    enforcement: record.enforcement,
    limitNanos: record.limitNanos,
    carriedInNanos: 0n,
    reservedNanos: 0n,
    settledNanos: 0n,
    timeZone,
    ...bounds,
    renews: rule.kind !== 'range',
    match: record.match,
    whileAway: record.whileAway,
    superseded: false,
    isInOrder: true,
    thresholds: [],
    window: rule.kind === 'rolling' ? { windowMs: rule.windowMs, slices: new Map(), rolledTo: now } : null,
  }
  record.periods.push(period)
  armThresholds(record, period)
  book(books, { kind: 'period', budget, currency, path: [period], details: toDetails(record) }, now)
  return period
}

function armThresholds(record: BudgetRecord, period: PeriodRecord): void {
  const amounts = toAmounts(period)
  period.thresholds = toThresholds(record.alerts, record.limitNanos).map((threshold) => ({
    ...threshold,
    fired: amounts[threshold.of] >= threshold.thresholdNanos,
  }))
}

function toDetails({ limitNanos, enforcement }: BudgetRecord) {
  return { limitNanos: limitNanos?.toString() ?? null, enforcement }
}

export function setBudget(books: Books, change: BudgetChange, now: number): StoreAnswer<PeriodRow> {
  const parentName = parentOf(change.budget)
  const parent = parentName === null ? null : books.budgets.get(parentName)
  if (parentName !== null && !parent) return { status: 'unknown_budget', budget: parentName }
  const known = books.budgets.get(change.budget)
  const currency = change.currency ?? known?.currency ?? parent?.currency ?? 'USD'
  const other = [parent, known].find((record) => record && record.currency !== currency)
  if (other) return { status: 'currency_mismatch', budget: other.budget, currency: other.currency }
  const timeZone = change.timeZone ?? known?.timeZone ?? parent?.timeZone ?? 'UTC'
  if (known) {
    const period = applyChange(books, { record: known, change: { ...change, timeZone } }, now)
    return { status: 'done', row: toPeriodRow(period) }
  }
  const record: BudgetRecord = {
    ...toSettings(change),
    budget: change.budget,
    currency,
    timeZone,
    createdAt: now,
    state: 'open',
    periods: [],
  }
  books.budgets.set(change.budget, record)
  return { status: 'done', row: toPeriodRow(presentPeriod(books, record, now)) }
}

function toSettings({ rule, limitNanos, enforcement, alerts, match, whileAway }: BudgetChange) {
  return { rule, limitNanos, enforcement, alerts, match, whileAway }
}

export function changeBudget(books: Books, patch: BudgetPatch, now: number): StoreAnswer<PeriodRow> {
  const known = books.budgets.get(patch.budget)
  if (!known) return { status: 'unknown_budget', budget: patch.budget }
  if (patch.currency !== null && patch.currency !== known.currency) {
    return { status: 'currency_mismatch', budget: known.budget, currency: known.currency }
  }
  const { limitNanos, enforcement, rule, alerts, timeZone, match, whileAway } = known
  const change = { limitNanos, enforcement, rule, alerts, timeZone, match, whileAway, ...patch }
  return { status: 'done', row: toPeriodRow(applyChange(books, { record: known, change }, now)) }
}

interface Changing {
  readonly record: BudgetRecord
  readonly change: BudgetChange & { readonly timeZone: string }
}

function applyChange(books: Books, { record, change }: Changing, now: number): PeriodRecord {
  const before = toText(record)
  const ruleBefore = toText([record.rule, record.match])
  let period = presentPeriod(books, record, now)
  Object.assign(record, toSettings(change), { timeZone: change.timeZone })
  if (toText([record.rule, record.match]) !== ruleBefore) {
    if (period.endsAt === null || period.endsAt > now) period.endsAt = now
    period.superseded = true
    period.isInOrder = period.startsAt < period.endsAt
    period.startsAt = Math.min(period.startsAt, period.endsAt)
    return presentPeriod(books, record, now)
  }
  if (toText(record) === before) return period
  period = presentPeriod(books, record, now)
  const { limitNanos: limitBefore, thresholds } = period
  const told = new Set(thresholds.flatMap(({ rule, fired }) => (fired ? [rule] : [])))
  period.limitNanos = record.limitNanos
  period.enforcement = record.enforcement
  period.whileAway = record.whileAway
  armThresholds(record, period)
  if (isLowered(limitBefore, period.limitNanos)) {
    const crossed = period.thresholds.filter(({ rule, fired }) => fired && !told.has(rule))
    for (const threshold of crossed) raiseAlert(books, period, { threshold, before: toAmounts(period), now })
  }
  const { budget, currency } = record
  book(books, { kind: 'limit', budget, currency, path: [period], actor: change.actor, details: toDetails(record) }, now)
  return period
}

function isLowered(before: bigint | null, after: bigint | null): boolean {
  return after !== null && (before === null || after < before)
}

function toText(value: object): string {
  return JSON.stringify(value, (key, inner) =>
    key === 'periods' ? undefined : typeof inner === 'bigint' ? `${inner}` : inner,
  )
}

export function setState(books: Books, change: StateChange, now: number): StoreAnswer<PeriodRow> {
  const record = books.budgets.get(change.budget)
  if (!record) return { status: 'unknown_budget', budget: change.budget }
  if (record.state !== change.state) {
    const last = presentPeriod(books, record, now)
    record.state = change.state
    last.state = change.state
    const { budget, currency } = record
    const { actor, reason, state } = change
    book(books, { kind: 'state', budget, currency, path: [last], actor, reason, details: { state } }, now)
  }
  return { status: 'done', row: toPeriodRow(presentPeriod(books, record, now)) }
}
