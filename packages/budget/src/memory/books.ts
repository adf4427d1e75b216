import type { Threshold } from '../alert-threshold.ts'
import type { BudgetState } from '../budget.ts'
import type { StoredMatch } from '../budget-match.ts'
import type { EntryKind } from '../entry.ts'
import type { AlertRow, EntryRow, PeriodRow, RateRow, ReservationRow, StoredAlertRule } from '../ledger-store.ts'
import type { PeriodRule } from '../period.ts'
import type { ReservationMark } from '../reservation.ts'
import { countSpent, countsAt, type RollingWindow, readFalls } from './rolling.ts'

export interface BudgetRecord {
  readonly budget: string
  readonly currency: string
  readonly createdAt: number
  rule: PeriodRule
  timeZone: string
  limitNanos: bigint | null
  enforcement: 'hard' | 'soft'
  alerts: readonly StoredAlertRule[]
  match: StoredMatch | null
  whileAway: 'closed' | 'open'
  state: BudgetState
  periods: PeriodRecord[]
}

type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] }

export type PeriodRecord = Omit<Mutable<PeriodRow>, 'rolling'> & {
  /** The rule by which it began was changed. */
  superseded: boolean
  /** False: it ended before it had begun, and is neither the present period nor that of any moment. */
  isInOrder: boolean
  thresholds: (Threshold & { fired: boolean })[]
  readonly window: RollingWindow | null
}

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
  readonly alerts: Map<
    string,
    { readonly row: AlertRow; readonly period: PeriodRecord; models?: AlertRow['models']; leaseUntil: number }
  >
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
  for (const period of entry.path) move(books, period, row)
  return row
}

function move(books: Books, period: PeriodRecord, row: Books['entries'][number]): void {
  const { window } = period
  if (window && row.kind !== 'roll' && row.settledNanos !== 0n) {
    const at = countsAt(books, row, window)
    // What fell out of a rolling window is not taken off once more.
    if (at === null) {
      books.entries.push(toRollEntry(books, period, { settledNanos: -row.settledNanos, at: row.at }))
      return
    }
    countSpent(window, row.settledNanos, at)
  }
  const before = toAmounts(period)
  period.reservedNanos += row.reservedNanos
  period.settledNanos += row.settledNanos
  raiseAlerts(books, period, { before, now: row.at })
}

function toRollEntry(
  books: Books,
  period: PeriodRecord,
  { settledNanos, at }: Pick<EntryRow, 'settledNanos' | 'at'>,
): Books['entries'][number] {
  const { budget, currency } = period
  const nothing = { reservation: null, marks: [], actor: null, reason: null, reference: null, details: null }
  const position = BigInt(books.entries.length + 1)
  const path = [period]
  return { ...nothing, position, kind: 'roll', budget, currency, reservedNanos: 0n, settledNanos, at, path }
}

type Amounts = Readonly<Record<Threshold['of'], bigint>>

export function toAmounts({ settledNanos, reservedNanos }: Pick<PeriodRow, 'settledNanos' | 'reservedNanos'>): Amounts {
  return { settled: settledNanos, committed: settledNanos + reservedNanos }
}

/** What a period had, and when it changed. */
interface Change {
  readonly before: Amounts
  readonly now: number
}

function raiseAlerts(books: Books, period: PeriodRecord, change: Change): void {
  const { before } = change
  const after = toAmounts(period)
  for (const threshold of period.thresholds) {
    const { of, thresholdNanos } = threshold
    // A rolling window has no next period in which it would be told anew.
    if ((of === 'committed' || period.window) && after[of] < threshold.rearmNanos) threshold.fired = false
    if (threshold.fired || before[of] >= thresholdNanos || after[of] < thresholdNanos) continue
    threshold.fired = true
    raiseAlert(books, period, { ...change, threshold })
  }
}

export function raiseAlert(
  books: Books,
  period: PeriodRecord,
  { threshold, before, now }: Change & { readonly threshold: Threshold },
): void {
  const { rule, of, thresholdNanos } = threshold
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
    models: [],
  }
  books.alerts.set(alertId, { row, period, leaseUntil: 0 })
}

/** Null without a limit. */
export function availableOf(period: PeriodRecord): bigint | null {
  return period.limitNanos === null
    ? null
    : period.limitNanos + period.carriedInNanos - period.reservedNanos - period.settledNanos
}

/** What others may keep: a copy. */
export function toPeriodRow(period: PeriodRecord): PeriodRow {
  const { thresholds: _t, superseded: _s, isInOrder: _o, window, ...row } = period
  return { ...row, rolling: window && readFalls(window) }
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
