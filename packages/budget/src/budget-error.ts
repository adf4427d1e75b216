import type { Money } from './money.ts'

/** What the caller does next. */
export type BudgetErrorCode = 'exceeded' | 'unknown_budget' | 'currency_mismatch' | 'already_settled' | 'key_conflict'

/** The one error of the ledger. */
export interface BudgetError extends Error {
  readonly name: 'BudgetError'
  readonly code: BudgetErrorCode
  /** The level that refused, for `exceeded`. */
  readonly budget: string | null
  /** What is left there. */
  readonly available: Money | null
  /** When it renews. */
  readonly renewsAt: Date | null
}

/** Whether a thrown value is a `BudgetError`. */
export declare function isBudgetError(error: unknown): error is BudgetError
