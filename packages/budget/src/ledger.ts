import type { BudgetBalance, BudgetInput } from './budget.ts'
import type { LedgerStore } from './ledger-store.ts'
import type { Money } from './money.ts'
import type { Reservation, ReservationRequest } from './reservation.ts'

/** What paid work is done with: how much at most, from which budget. */
export interface WorkRequest {
  readonly budget: string
  /** Reserved before the work begins; more than zero. */
  readonly upTo: Money
}

/** Reserves before it spends: no interleaving, crash or repetition overspends a budget. */
export interface Ledger {
  migrate(): Promise<void>
  /** Adds a budget or changes one; in effect at once. */
  setBudget(budget: string, input: BudgetInput): Promise<BudgetBalance>
  getBudget(budget: string): Promise<BudgetBalance>
  /**
   * Sets an amount aside at each level of the budget's path.
   *
   * @throws `BudgetError` `exceeded` with the level that refused, what is left there and when it renews.
   */
  reserve(request: ReservationRequest): Promise<Reservation>
  /** Ends a reservation with what the work did cost. The rest is available again. */
  settle(id: string, cost: Money): Promise<Reservation>
  /** Ends a reservation of work that did not happen. */
  release(id: string): Promise<Reservation>
  /**
   * Reserves, works, and settles what was reported to `spend`, also when the work throws. Nothing reported by work that throws is a release; by work
   * that returns, a settlement of the whole reservation.
   */
  withReservation<Result>(
    request: WorkRequest,
    work: (spend: (cost: Money) => void) => Promise<Result>,
  ): Promise<Result>
}

/** Makes a ledger on a store. */
export declare function createLedger(options: { readonly store: LedgerStore }): Ledger
