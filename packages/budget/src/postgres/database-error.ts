import { BudgetError, isBudgetError } from '../budget-error.ts'
import { amountNanosMax, createMoney } from '../money.ts'

/** The SQLSTATE of what `pg` and PGlite throw: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

/** Rolled back for another's sake: a deadlock, or the same id at the same moment. Repeating finds what the other wrote. */
export function isBrokenOff(error: unknown): boolean {
  return ['40P01', '40001', '23505'].includes(sqlStateOf(error) ?? '')
}

/** Connections, resources, shutdown, cancellation, a read-only standby; what was broken off each time that it was repeated. */
const unavailable = /^(08|53|57|58)|^(25006|40001|40P01|55P03)$/

/** Nothing of the schema is there, its role included, or the login may not use it. */
export const missing: readonly string[] = ['42P01', '3F000', '42501', '42883', '22023']

/** A sum that no column holds: numeric_value_out_of_range. */
const outOfRange = '22003'

/** What the caller does next: try again later, migrate, or report a bug. */
export function toStoreError(error: unknown): unknown {
  if (isBudgetError(error) || error instanceof TypeError || error instanceof RangeError) return error
  const state = sqlStateOf(error)
  if (state !== undefined && missing.includes(state)) {
    return new BudgetError(
      'schema_missing',
      'The database has no schema "ofm_budget" of this release for this login. Call migrate(), or run migrationSql({ login }).',
      { cause: error },
    )
  }
  if (state === outOfRange) {
    const most = createMoney('', amountNanosMax).toJSON().trim()
    return new BudgetError('invalid_input', `A budget would hold more than ${most}.`, { cause: error })
  }
  if (state !== undefined && !unavailable.test(state)) return error
  return new BudgetError('unavailable', 'The database did not answer; whether it did anything is not known.', {
    cause: error,
  })
}
