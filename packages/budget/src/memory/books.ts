import type { Threshold } from '../alert-threshold.ts'
import type { BudgetState } from '../budget.ts'
import { parentOf } from '../budget-path.ts'
import type { EntryKind } from '../entry.ts'
import type { AlertRow, EntryRow, PeriodRow, RateRow, ReservationRow, StoredAlertRule } from '../ledger-store.ts'
import type { PeriodRule } from '../period.ts'
import type { ReservationMark } from '../reservation.ts'

export interface BudgetRecord {
  readonly budget: string
  readonly currency: string
  readonly createdAt: number
  rule: PeriodRule
  timeZone: string
  limitNanos: bigint | null
  enforcement: 'hard' | 'soft'
  alerts: readonly StoredAlertRule[]
  state: BudgetState
  periods: PeriodRecord[]
}

type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] }

export type PeriodRecord = Mutable<PeriodRow> & { thresholds: (Threshold & { fired: boolean })[] }

export type ReservationRecord = Mutable<Omit<ReservationRow, 'levels'>> & {
  readonly lifetimeMs: number
  readonly path: readonly PeriodRecord[]
  readonly fingerprint: string
  readonly reference: string | null
  finishFingerprint: string | null
  dispatched: boolean
  readonly ifLostNanos: bigint | null
}

/** What one tenant has. */
export interface Books {
  readonly budgets: Map<string, BudgetRecord>
  readonly reservations: Map<string, ReservationRecord>
  readonly entries: (EntryRow & { readonly path: readonly PeriodRecord[] })[]
  /** What `extend` and `adjust` have done, by their keys. */
  readonly done: Map<string, { readonly fingerprint: string; readonly entry: EntryRow }>
  readonly alerts: Map<string, { readonly row: AlertRow; leaseUntil: number }>
  /** Of the whole store: no two tenants have an alert of the same id. */
  readonly counter: { alerts: number }
  readonly unmatched: Map<string, bigint>
  /** By currencies and day. */
  readonly rates: Map<string, RateRow>
}

export function createBooks(counter: Books['counter']): Books {
  return {
    budgets: new Map(),
    reservations: new Map(),
    entries: [],
    done: new Map(),
    alerts: new Map(),
    counter,
    unmatched: new Map(),
    rates: new Map(),
  }
}

export interface NewEntry {
  readonly kind: EntryKind
  readonly budget: string
  readonly currency: string
  readonly path: readonly PeriodRecord[]
  readonly reservedNanos?: bigint
  readonly settledNanos?: bigint
  readonly reservation?: string
  readonly marks?: readonly ReservationMark[]
  readonly actor?: string | null
  readonly reason?: string | null
  readonly reference?: string | null
  readonly details?: unknown
}

/** Writes an entry and moves every level of its path by it. */
export function book(books: Books, entry: NewEntry, now: number): EntryRow {
  const row = {
    position: BigInt(books.entries.length + 1),
    kind: entry.kind,
    budget: entry.budget,
    currency: entry.currency,
    reservedNanos: entry.reservedNanos ?? 0n,
    settledNanos: entry.settledNanos ?? 0n,
    reservation: entry.reservation ?? null,
    marks: entry.marks ?? [],
    at: now,
    actor: entry.actor ?? null,
    reason: entry.reason ?? null,
    reference: entry.reference ?? null,
    details: entry.details ?? null,
    path: entry.path,
  }
  books.entries.push(row)
  for (const period of entry.path) {
    const before = toAmounts(period)
    period.reservedNanos += row.reservedNanos
    period.settledNanos += row.settledNanos
    raiseAlerts(books, period, before, now)
  }
  return row
}

type Amounts = Readonly<Record<Threshold['of'], bigint>>

export function toAmounts({ settledNanos, reservedNanos }: PeriodRow): Amounts {
  return { settled: settledNanos, committed: settledNanos + reservedNanos }
}

function raiseAlerts(books: Books, period: PeriodRecord, before: Amounts, now: number): void {
  const after = toAmounts(period)
  for (const threshold of period.thresholds) {
    const { of, thresholdNanos } = threshold
    if (of === 'committed' && after[of] < threshold.rearmNanos) threshold.fired = false
    if (threshold.fired || before[of] >= thresholdNanos || after[of] < thresholdNanos) continue
    threshold.fired = true
    raiseAlert(books, period, threshold, { before, now })
  }
}

export function raiseAlert(
  books: Books,
  period: PeriodRecord,
  { rule, of, thresholdNanos }: Threshold,
  { before, now }: { readonly before: Amounts; readonly now: number },
): void {
  books.counter.alerts += 1
  const alertId = `${books.counter.alerts}`
  const row: AlertRow = {
    alertId,
    budget: period.budget,
    currency: period.currency,
    at: now,
    rule,
    of,
    thresholdNanos,
    beforeNanos: before[of],
    afterNanos: toAmounts(period)[of],
    limitNanos: period.limitNanos,
    availableNanos: availableOf(period),
    periodStartsAt: period.startsAt,
    periodEndsAt: period.endsAt,
    contributors: [],
  }
  books.alerts.set(alertId, { row, leaseUntil: 0 })
}

/** An alert with who took most of it by now. */
export function withContributors(books: Books, row: AlertRow): AlertRow {
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
  return { ...row, contributors: largest.slice(0, 3) }
}

/** Null without a limit. */
export function availableOf(period: PeriodRow): bigint | null {
  return period.limitNanos === null
    ? null
    : period.limitNanos + period.carriedInNanos - period.reservedNanos - period.settledNanos
}

/** What others may keep: a copy. */
export function toPeriodRow(period: PeriodRecord): PeriodRow {
  const { thresholds: _, ...row } = period
  return { ...row }
}

export function toReservationRow(record: ReservationRecord): ReservationRow {
  const {
    path,
    fingerprint: _f,
    finishFingerprint: _ff,
    dispatched: _d,
    ifLostNanos: _i,
    reference: _r,
    lifetimeMs: _l,
    ...row
  } = record
  return { ...row, marks: [...row.marks], levels: path.map(toPeriodRow) }
}
