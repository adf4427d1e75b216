import type { PeriodRow, ReservationRow } from '../ledger-store.ts'
import type { PeriodRule } from '../period.ts'
import type { RollingFalls } from '../rolling-window.ts'

/** What the functions of the schema answer. They are ours, so their form is trusted. */
export type PeriodTuple = readonly [
  periodId: string,
  budget: string,
  currency: string,
  state: PeriodRow['state'],
  enforcement: PeriodRow['enforcement'],
  limitNanos: string | null,
  carriedInNanos: string,
  reservedNanos: string,
  settledNanos: string,
  startsAt: number,
  endsAt: number | null,
  timeZone: string,
  special: {
    readonly match: { readonly vendor?: string | null; readonly meter?: string | null } | null
    readonly matchVersion: number
    readonly windowMs: number | null
    readonly whileAway: PeriodRow['whileAway']
    readonly renews: boolean
  } | null,
]

/** Of a rolling period: when what falls out, and when all that was settled by now has. */
export type FallsTuple = readonly [
  periodId: string,
  emptyAt: number,
  falls: readonly (readonly [at: number, amountNanos: string])[],
]

/** With which budgets watch it, as a number that grows: a path that is remembered is whole while it stays the same. */
export interface StoredPeriod extends PeriodRow {
  readonly matchVersion: number
}

export interface StoredReservation {
  readonly id: string
  readonly budget: string
  readonly currency: string
  readonly path: readonly number[]
  readonly amountNanos: string
  readonly state: ReservationRow['state']
  readonly settledNanos: string | null
  readonly marks: ReservationRow['marks']
  readonly expiresAt: number
  readonly fingerprint: string
  readonly unreserved: boolean
}

export type EndedTuple = readonly [
  id: string,
  budget: string,
  currency: string,
  path: readonly number[],
  amountNanos: string,
  /** Null: released. */
  costNanos: string | null,
  over: boolean,
  expiresAt: number,
]

export interface ResolveAnswer {
  readonly now: number
  readonly levels: readonly {
    readonly budget: string
    readonly currency: string
    readonly rule: PeriodRule
    readonly timeZone: string
    readonly state: PeriodRow['state']
    readonly createdAt: number
    readonly periodId: string | null
    readonly endsAt: number | null
    /** The rule by which the period began was changed. */
    readonly superseded: boolean
  }[]
  readonly periods: readonly PeriodTuple[]
  readonly falls: readonly FallsTuple[] | null
}

export interface PeriodAnswer {
  /** None: no period holds the moment. */
  readonly periods: readonly PeriodTuple[]
  readonly provisional: boolean
}

export interface ReserveBatchAnswer {
  readonly now: number
  /** Null: all fit. */
  readonly verdicts: readonly (string | null)[] | null
  /** Ids that were written; null: all. */
  readonly fresh: readonly string[] | null
  readonly stored: readonly StoredReservation[] | null
  /** Whether something has expired that could be swept. */
  readonly due: boolean
  readonly periods: readonly PeriodTuple[]
  /** Null: nothing was refused, or nothing rolls. */
  readonly falls: readonly FallsTuple[] | null
}

export interface FinishBatchAnswer {
  /** What was open. */
  readonly ended: readonly EndedTuple[]
  readonly refused: readonly {
    readonly id: string
    readonly status: 'unknown_reservation' | 'already_settled' | 'currency_mismatch' | 'stale'
  }[]
  /** The others. Null: there are none. */
  readonly stored: readonly StoredReservation[] | null
  readonly periods: readonly PeriodTuple[]
}

export interface StoredAnswer {
  readonly stored: readonly StoredReservation[]
  readonly periods: readonly PeriodTuple[]
  readonly falls: readonly FallsTuple[] | null
}

export type PeriodsById = ReadonlyMap<string, StoredPeriod>

export function toPeriods(tuples: readonly PeriodTuple[], falls: readonly FallsTuple[] | null = null): PeriodsById {
  const rolling = new Map(falls?.map((tuple) => [tuple[0], toFalls(tuple)]))
  return new Map(
    tuples.map(
      ([
        periodId,
        budget,
        currency,
        state,
        enforcement,
        limit,
        carriedIn,
        reserved,
        settled,
        startsAt,
        endsAt,
        timeZone,
        special,
      ]) => [
        periodId,
        {
          periodId,
          budget,
          currency,
          state,
          enforcement,
          limitNanos: limit === null ? null : BigInt(limit),
          carriedInNanos: BigInt(carriedIn),
          reservedNanos: BigInt(reserved),
          settledNanos: BigInt(settled),
          timeZone,
          startsAt,
          endsAt,
          renews: special?.renews ?? true,
          match: special?.match ? { vendor: null, meter: null, ...special.match } : null,
          matchVersion: special?.matchVersion ?? 0,
          rolling: rolling.get(periodId) ?? null,
          whileAway: special?.whileAway ?? 'closed',
        },
      ],
    ),
  )
}

function toFalls([, emptyAt, falls]: FallsTuple): RollingFalls {
  return { emptyAt, falls: falls.map(([at, amountNanos]) => ({ at, amountNanos: BigInt(amountNanos) })) }
}

export function toLevels(path: readonly (number | string)[], periods: PeriodsById): readonly PeriodRow[] {
  return path.flatMap((periodId) => periods.get(String(periodId)) ?? [])
}

export function toReservationRow(stored: StoredReservation, periods: PeriodsById): ReservationRow {
  const { id, budget, currency, amountNanos, state, settledNanos, marks, expiresAt, path } = stored
  return {
    id,
    budget,
    currency,
    amountNanos: BigInt(amountNanos),
    state,
    settledNanos: settledNanos === null ? null : BigInt(settledNanos),
    marks,
    expiresAt,
    levels: toLevels(path, periods),
  }
}

export function toEndedRow(tuple: EndedTuple, periods: PeriodsById): ReservationRow {
  const [id, budget, currency, path, amountNanos, costNanos, over, expiresAt] = tuple
  return {
    id,
    budget,
    currency,
    amountNanos: BigInt(amountNanos),
    state: costNanos === null ? 'released' : 'settled',
    settledNanos: costNanos === null ? null : BigInt(costNanos),
    marks: over ? ['over'] : [],
    expiresAt,
    levels: toLevels(path, periods),
  }
}
