import { BudgetError } from './budget-error.ts'
import { type Fraction, roundUp } from './fraction.ts'
import type { RateRow } from './ledger-store.ts'
import { amountNanosMax, createMoney } from './money.ts'

/** How an amount of one currency became one of another: kept with the entry, so that it can be computed again. */
export interface Conversion {
  readonly from: string
  readonly to: string
  /** So much of `to` is one unit of `from`. */
  readonly rate: Fraction
  /** What is reserved is multiplied with it, because the rate may have moved when it is settled. */
  readonly margin: Fraction | null
  /** Of the rate. */
  readonly day: string
  readonly source: string
}

/** A rate in the direction that is needed: the reverse is exact, because a rate is two integers. */
export function toConversion(
  { from, to, numerator, denominator, day, source }: RateRow,
  needed: { readonly from: string; readonly margin: Fraction | null },
): Conversion {
  return from === needed.from
    ? { ...needed, to, rate: { numerator, denominator }, day, source }
    : { ...needed, to: from, rate: { numerator: denominator, denominator: numerator }, day, source }
}

/**
 * The amount in the other currency: exact, and rounded up once.
 *
 * @throws {BudgetError} `invalid_input` when it is more than a column holds.
 */
export function convertExact({ numerator, denominator }: Fraction, { rate, margin, to }: Conversion): bigint {
  const amountNanos = roundUp({
    numerator: numerator * rate.numerator * (margin?.numerator ?? 1n),
    denominator: denominator * rate.denominator * (margin?.denominator ?? 1n),
  })
  if (amountNanos <= amountNanosMax) return amountNanos
  const most = createMoney(to, amountNanosMax).toJSON()
  throw new BudgetError('invalid_input', `The amount is ${createMoney(to, amountNanos).toJSON()}, more than ${most}.`)
}
