import type { BudgetState } from './budget.ts'
import type { CostOrigin, StoredMatch } from './budget-match.ts'
import type { EntryKind } from './entry.ts'
import type { LedgerCheck } from './ledger-check.ts'
import type { PeriodRule } from './period.ts'
import type { ReservationMark, ReservationState } from './reservation.ts'
import type { RollingFalls } from './rolling-window.ts'

/**
 * What storage must do; made by `@ofm-social/budget/postgres` and `@ofm-social/budget/memory`, handed to `createLedger`. All times are epoch milliseconds
 * of the store's own clock, all amounts nano-units. Each call is one transaction; the calls with lists answer each item in its place.
 */
export interface LedgerStore {
  readonly schema: {
    migrate(): Promise<void>
    assertMigrated(): Promise<void>
    migrationSql(options?: { readonly login?: string }): string
  }
  setBudget(tenant: string, change: BudgetChange): Promise<StoreAnswer<PeriodRow>>
  /** Of a budget that exists. */
  changeBudget(tenant: string, patch: BudgetPatch): Promise<StoreAnswer<PeriodRow>>
  setState(tenant: string, change: StateChange): Promise<StoreAnswer<PeriodRow>>
  readLevels(tenant: string, budget: string, origin: CostOrigin): Promise<StoreAnswer<LevelsRow>>
  /** The period that holds a moment; null: the present one. */
  readPeriod(tenant: string, budget: string, at: number | null): Promise<StoreAnswer<WatchedPeriodRow>>
  listBudgets(tenant: string, below: string | null): Promise<readonly PeriodRow[]>
  reserve(tenant: string, items: readonly ReserveItem[]): Promise<readonly ReserveAnswer[]>
  finish(tenant: string, items: readonly FinishItem[]): Promise<readonly FinishAnswer[]>
  extend(tenant: string, item: ExtendItem): Promise<StoreAnswer<ReservationRow>>
  adjust(tenant: string, item: AdjustItem): Promise<StoreAnswer<EntryRow>>
  readReservation(tenant: string, id: string): Promise<StoreAnswer<ReservationRow>>
  /** Ends at most `max` expired reservations. Returns how many, and zero when nothing is left. */
  sweep(tenant: string, max: number): Promise<number>
  /** Tenants that have expired reservations. */
  listDueTenants(): Promise<readonly string[]>
  listEntries(tenant: string, filter: EntryQuery): Promise<readonly EntryRow[]>
  /** The oldest first, also those that are kept from others. */
  listAlerts(
    tenant: string,
    query: { readonly limit: number; readonly after: string | null },
  ): Promise<readonly AlertRow[]>
  /** Keeps them from others for a while. */
  takeAlerts(tenant: string, options: { readonly max: number; readonly leaseMs: number }): Promise<readonly AlertRow[]>
  /** Whether it was there. */
  dropAlert(tenant: string, alertId: string): Promise<boolean>
  /** Once a day and pair; the stored one, whether it was there before or not. */
  addRate(tenant: string, item: RateItem): Promise<RateRow>
  /** The newest between two currencies, in either direction, of today or so many days before; null for none. */
  findRate(tenant: string, query: RateQuery): Promise<RateRow | null>
  /** The newest first. */
  listRates(tenant: string, limit: number): Promise<readonly RateRow[]>
  check(tenant: string): Promise<LedgerCheck>
}

/** Why the store did nothing. */
export type StoreRefusal =
  /** Null: it never renews. */
  | { readonly status: 'exceeded'; readonly period: PeriodRow; readonly renewsAt: number | null }
  | { readonly status: 'frozen' | 'closed'; readonly period: PeriodRow }
  /** Outside the days of a campaign. */
  | {
      readonly status: 'no_period'
      readonly budget: string
      readonly timeZone: string
      readonly opensAt: number | null
    }
  | { readonly status: 'unknown_budget'; readonly budget: string }
  | { readonly status: 'unknown_period'; readonly budget: string; readonly at: number }
  | {
      readonly status: 'currency_mismatch'
      readonly budget: string
      readonly currency: string
      /** Set by the ledger, which looked for a rate. */
      readonly rate?: 'missing'
    }
  | { readonly status: 'key_conflict' | 'already_settled' | 'ended' | 'unknown_reservation' }

export type StoreAnswer<Row> = { readonly status: 'done'; readonly row: Row } | StoreRefusal
export type ReserveAnswer = StoreAnswer<ReservationRow>
export type FinishAnswer = StoreAnswer<ReservationRow>

export interface PeriodRow {
  readonly periodId: string
  readonly budget: string
  readonly currency: string
  readonly state: BudgetState
  readonly enforcement: 'hard' | 'soft'
  readonly limitNanos: bigint | null
  readonly carriedInNanos: bigint
  readonly reservedNanos: bigint
  readonly settledNanos: bigint
  readonly timeZone: string
  readonly startsAt: number
  readonly endsAt: number | null
  /** Whether another follows: a campaign has one. */
  readonly renews: boolean
  /** Of a budget that watches its parent. */
  readonly match: StoredMatch | null
  /** Null: not a rolling window, or not looked for. */
  readonly rolling: RollingFalls | null
  readonly whileAway: 'closed' | 'open'
}

/** A path at a moment of the store's clock. */
export interface LevelsRow {
  /** The present period of each level, the root first, and of the budgets that watch it and match. */
  readonly levels: readonly PeriodRow[]
  readonly now: number
}

export interface WatchedPeriodRow extends PeriodRow {
  /** Whether a reservation of it is open, or expired with a cost that is the policy's. */
  readonly provisional: boolean
}

export interface ReservationRow {
  readonly id: string
  readonly budget: string
  readonly currency: string
  readonly amountNanos: bigint
  readonly state: ReservationState
  readonly settledNanos: bigint | null
  readonly marks: readonly ReservationMark[]
  readonly expiresAt: number
  readonly levels: readonly PeriodRow[]
}

export interface BudgetChange {
  readonly budget: string
  /** Null: the parent's. */
  readonly currency: string | null
  readonly limitNanos: bigint | null
  readonly enforcement: 'hard' | 'soft'
  readonly rule: PeriodRule
  /** Null: the parent's. */
  readonly timeZone: string | null
  readonly alerts: readonly StoredAlertRule[]
  readonly match: StoredMatch | null
  readonly whileAway: 'closed' | 'open'
  readonly actor: string | null
}

/** What is absent stays as it is. */
export interface BudgetPatch
  extends Partial<Pick<BudgetChange, 'limitNanos' | 'enforcement' | 'rule' | 'alerts' | 'whileAway'>>,
    Pick<BudgetChange, 'budget' | 'actor'> {
  /** Of the amounts. Null: there are none. */
  readonly currency: string | null
  readonly timeZone?: string
}

/** A share of the limit in ten-thousandths, or an amount. */
export interface StoredAlertRule {
  readonly of: 'settled' | 'committed'
  /** `80%`, `12.00 USD`. */
  readonly name: string
  readonly shareBp: number | null
  readonly amountNanos: bigint | null
}

export interface StateChange {
  readonly budget: string
  readonly state: BudgetState
  readonly reason: string
  readonly actor: string | null
}

export interface ReserveItem extends CostOrigin {
  readonly id: string
  readonly budget: string
  readonly currency: string
  readonly amountNanos: bigint
  readonly lifetimeMs: number
  /** Booked when it expires after its dispatch; null: all that is reserved. */
  readonly ifLostNanos: bigint | null
  readonly dispatched: 'yes' | 'no'
  /** Of the whole request: the same id with another one is a conflict. */
  readonly fingerprint: string
  readonly reference: string | null
  /** JSON. */
  readonly details: string | null
}

export interface FinishItem extends CostOrigin {
  readonly id: string
  readonly kind: 'settle' | 'release'
  readonly currency: string | null
  readonly costNanos: bigint
  readonly fingerprint: string
  readonly reason: string | null
  /** Where it is booked when nobody reserved it. */
  readonly budget: string | null
  readonly reference: string | null
  readonly details: string | null
}

export interface ExtendItem {
  readonly id: string
  /** Null: its own; `keep`: unchanged. */
  readonly lifetimeMs: number | null | 'keep'
  readonly byNanos: bigint
  readonly currency: string | null
  readonly key: string
  /** Of what was asked for: the same key with another amount is a conflict. */
  readonly fingerprint: string
  readonly dispatched: 'yes' | 'unchanged'
  /** JSON. */
  readonly details: string | null
}

export interface AdjustItem {
  readonly id: string
  readonly reservation: string | null
  readonly budget: string | null
  readonly currency: string
  readonly byNanos: bigint
  /** Of what was asked for: the same id with another amount or place is a conflict. */
  readonly fingerprint: string
  readonly reason: string
  readonly actor: string | null
}

/** So much of `to` is one unit of `from`: `numerator` / `denominator`. */
export interface RateItem {
  readonly from: string
  readonly to: string
  /** ISO date. */
  readonly day: string
  readonly numerator: bigint
  readonly denominator: bigint
  readonly source: string
  readonly actor: string | null
}

export interface RateRow extends RateItem {
  readonly addedAt: number
}

export interface RateQuery {
  readonly from: string
  readonly to: string
  readonly ageDaysMax: number
}

export interface EntryRow {
  readonly position: bigint
  readonly kind: EntryKind
  readonly budget: string
  readonly currency: string
  readonly reservedNanos: bigint
  readonly settledNanos: bigint
  readonly reservation: string | null
  readonly marks: readonly ReservationMark[]
  readonly at: number
  readonly actor: string | null
  readonly reason: string | null
  readonly reference: string | null
  readonly details: unknown
}

export interface EntryQuery {
  readonly budget: string | null
  readonly reservation: string | null
  readonly limit: number
  readonly before: bigint | null
}

export interface AlertRow {
  readonly alertId: string
  readonly budget: string
  readonly currency: string
  readonly at: number
  readonly rule: string
  readonly of: 'settled' | 'committed'
  readonly thresholdNanos: bigint
  readonly beforeNanos: bigint
  readonly afterNanos: bigint
  readonly limitNanos: bigint | null
  readonly availableNanos: bigint | null
  readonly periodStartsAt: number
  readonly periodEndsAt: number | null
  /** Of what `of` counts, in periods of theirs that overlap; the largest first, at most three. */
  readonly contributors: readonly { readonly budget: string; readonly amountNanos: bigint }[]
  /** Of what was settled with a quote, when the alert was first read; the largest first, at most three. */
  readonly models: readonly { readonly vendor: string; readonly model: string; readonly amountNanos: bigint }[]
}
