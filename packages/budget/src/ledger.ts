import type { Alert, AlertFilter, AlertPage } from './alert.ts'
import type { BudgetBalance, BudgetChanges, BudgetInput, BudgetState, PeriodBalance } from './budget.ts'
import type { BudgetError } from './budget-error.ts'
import type { Entry, EntryFilter, EntryPage } from './entry.ts'
import type { ExchangeRate, ExchangeRateInput } from './exchange-rate.ts'
import type { LedgerCheck } from './ledger-check.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { Money } from './money.ts'
import type { Quote } from './quote.ts'
import type { AdjustmentRequest, ExtendRequest, RecordRequest, Reservation, ReservationRequest } from './reservation.ts'

/** What paid work is done with: how much at most, from which budget. */
export interface WorkRequest extends Omit<ReservationRequest, 'amount'> {
  /** Reserved before the work begins. */
  readonly upTo: Money | Quote
  /** What happened to its settlement, when it could not be booked before the work's result was handed over; besides the ledger's `onProblem`. */
  readonly onUnsettled?: (problem: LedgerProblem) => void
}

/** What work that holds a reservation can do with it. */
export interface WorkContext {
  readonly reservation: Reservation
  /** Aborts with the request's signal. */
  readonly signal: AbortSignal
}

/** All that one tenant's budgets can do. Ids and budgets of another tenant are unknown here. */
export interface TenantLedger {
  /** Adds a budget or changes one; in effect at once. Its parent must exist. */
  setBudget(budget: string, input: BudgetInput): Promise<BudgetBalance>
  /** Changes some of a budget's settings; in effect at once, a new time zone from the next period on. */
  changeBudget(budget: string, changes: BudgetChanges): Promise<BudgetBalance>
  /**
   * Its present period, or the one that holds a moment, such as last month's. A period is asked for as it was: with its own limit and bounds.
   *
   * @throws `BudgetError` `unknown_period` when no period holds that moment: one begins with its first use.
   */
  getBudget(budget: string, options?: { readonly at?: Date }): Promise<PeriodBalance>
  /** The budget itself and all below it, by name. */
  listBudgets(options?: { readonly below?: string }): Promise<readonly BudgetBalance[]>
  /** Freezes, closes or opens a budget; what is below it is refused with it. */
  setState(
    budget: string,
    state: BudgetState,
    options: { readonly reason: string; readonly actor?: string },
  ): Promise<BudgetBalance>
  /** Whether it would be allowed now. No promise. */
  check(request: CheckRequest): Promise<BudgetCheck>
  /**
   * Sets an amount aside at each level of the budget's path.
   *
   * @throws `BudgetError` `exceeded` with the level that refused, what is left there and when it renews.
   */
  reserve(request: ReservationRequest): Promise<Reservation>
  getReservation(id: string): Promise<Reservation>
  /** Says that the call is made now: if nobody settles, `ifLost` is booked when the reservation expires. */
  dispatch(id: string): Promise<Reservation>
  extend(id: string, request?: ExtendRequest): Promise<Reservation>
  /** Ends a reservation with what the work did cost, whatever that is. The rest is available again. */
  settle(id: string, cost: Money | Quote): Promise<Reservation>
  /** Ends a reservation of work that did not happen. */
  release(id: string, options?: { readonly reason?: string }): Promise<Reservation>
  /** Settles what was not reserved; marked so. */
  record(request: RecordRequest): Promise<Reservation>
  adjust(request: AdjustmentRequest): Promise<Entry>
  /**
   * Reserves, works, and settles what was reported to `spend`, also when the work throws. Nothing reported by work that throws is a release; by work
   * that returns, a settlement of the whole reservation. While the work runs the reservation does not expire. What the work returned or threw is handed
   * over also when the ledger is away by then: after a second its settlement is tried on behind the caller.
   *
   * @throws `BudgetError` `ended` for an `id` whose reservation is over: it holds nothing, so that the work is not begun.
   */
  withReservation<Result>(
    request: WorkRequest,
    work: (spend: (cost: Money | Quote) => void, context: WorkContext) => Promise<Result>,
  ): Promise<Result>
  /** The newest first. */
  listEntries(filter?: EntryFilter): Promise<EntryPage>
  /** Hands out alerts, each at least once; one whose handler throws comes again. `max`: default 100, at most 1,000. Returns how many were handled. */
  deliverAlerts(handler: (alert: Alert) => Promise<void> | void, options?: { readonly max?: number }): Promise<number>
  /** What nobody has handled yet, the oldest first; takes nothing from `deliverAlerts`. */
  listAlerts(filter?: AlertFilter): Promise<AlertPage>
  /** Says that an alert of the list was handled. False: it is not there, or not any more. */
  dismissAlert(id: string): Promise<boolean>
  /**
   * Ends what has expired. Any process may, at any time. The ledger does it by itself for all tenants, at most once a minute, behind whoever reserves,
   * settles, checks, or reads budgets; and before it refuses.
   */
  sweep(): Promise<{ readonly expired: number }>
  /**
   * Keeps a rate, with which amounts in another currency than their budget's are reserved and settled. One a day and pair; adding the same again changes
   * nothing.
   *
   * @throws `BudgetError` `key_conflict` when the day has another rate: what is on record is never changed.
   */
  addRate(rate: ExchangeRateInput): Promise<ExchangeRate>
  /** The newest first. */
  listRates(options?: { readonly limit?: number }): Promise<readonly ExchangeRate[]>
  /** Asks the books whether they hold: C1 to C6 of the ledger. For operators; reads all entries. */
  checkLedger(): Promise<LedgerCheck>
}

/** What is asked of a budget before it is reserved. */
export type CheckRequest = Pick<ReservationRequest, 'budget' | 'amount' | 'vendor' | 'meter'>

/** Whether a reservation would be allowed, each level now, and the error that it would be refused with. */
export interface BudgetCheck {
  readonly allowed: boolean
  readonly levels: readonly BudgetBalance[]
  readonly refusal: BudgetError | null
}

/** Reserves before it spends: no interleaving, crash or repetition overspends a budget. */
export interface Ledger extends TenantLedger {
  migrate(): Promise<void>
  assertMigrated(): Promise<void>
  /** The same as `migrate()`, as a script for an administrator. */
  migrationSql(options?: { readonly login?: string }): string
  /** The same members, for one of many tenants: an id of the app's own. */
  forTenant(tenant: string): TenantLedger
  /** Ends what has expired, of all tenants: for a loop of the app's that runs while nobody uses the ledger. */
  sweepAll(): Promise<{ readonly expired: number }>
  /** Refuses new reservations, waits for what is under way, and tries once more what could not be settled. */
  close(): Promise<void>
}
