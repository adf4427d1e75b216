import type { Money } from './money.ts'

/**
 * What the caller does next. `exceeded`: wait for `renewsAt`, or ask who owns the budget. `frozen`, `closed`: ask; a campaign that has not begun is
 * `closed` until `renewsAt`. `price_unknown`: add a price.
 * `unknown_period`: the budget was not used then. `already_settled`, `ended`: the reservation is over; a correction is an adjustment, and what is done
 * again another reservation. `key_conflict`: the id was used for another request. `overloaded`, `unavailable`: try again later, nothing is known to have
 * happened. `stopped`: the ledger was closed.
 */
export type BudgetErrorCode =
  | 'exceeded'
  | 'frozen'
  | 'closed'
  | 'unknown_budget'
  | 'unknown_period'
  | 'unknown_reservation'
  | 'currency_mismatch'
  | 'price_unknown'
  | 'already_settled'
  | 'ended'
  | 'key_conflict'
  | 'invalid_input'
  | 'overloaded'
  | 'unavailable'
  | 'stopped'
  | 'schema_missing'
  | 'schema_outdated'
  | 'role_missing'

/** One thing that is wrong with an input. */
export interface InputProblem {
  /** Slashed path of the field. */
  readonly path: string
  readonly message: string
}

const marker = Symbol.for('ofm-social.budget-error')

/** The one error of the ledger. Recognise it by `isBudgetError`, which works across two copies of the package. */
export class BudgetError extends Error {
  readonly [marker] = true
  override readonly name = 'BudgetError'
  readonly code: BudgetErrorCode
  /** The level that refused, for `exceeded`, `frozen` and `closed`. */
  readonly budget: string | null
  /** What is left there. */
  readonly available: Money | null
  /** When it renews, or begins. Null: nobody knows, or never. */
  readonly renewsAt: Date | null
  /** Of that level: in which `renewsAt` is the beginning of a day. */
  readonly timeZone: string | null
  /** All problems at once, for `invalid_input`. */
  readonly problems: readonly InputProblem[]

  constructor(
    code: BudgetErrorCode,
    message: string,
    details: {
      readonly budget?: string
      readonly available?: Money | null
      readonly renewsAt?: Date | null
      readonly timeZone?: string
      readonly problems?: readonly InputProblem[]
      readonly cause?: unknown
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.budget = details.budget ?? null
    this.available = details.available ?? null
    this.renewsAt = details.renewsAt ?? null
    this.timeZone = details.timeZone ?? null
    this.problems = details.problems ?? []
  }
}

/** Whether a thrown value is a `BudgetError`, also one of another copy of this package. */
export function isBudgetError(error: unknown): error is BudgetError {
  return typeof error === 'object' && error !== null && marker in error
}
