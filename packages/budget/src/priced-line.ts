import { BudgetError } from './budget-error.ts'
import { addFractions, type Fraction, roundUp } from './fraction.ts'
import { parseDecimal } from './money.ts'

/** A price as two integers, as published: 12,500,000 nano-units per 1,000,000 tokens. */
export interface UnitPrice {
  readonly priceNanos: bigint
  readonly per: bigint
}

/** One meter of a call with the price that was used: enough to compute its cost again years later. Never changed. */
export interface PricedLine extends UnitPrice {
  /** `input`, `input_cached`, `output`, `post_create`: a leaf of the meters. */
  readonly meter: string
  /** Whole units, such as tokens, milliseconds, requests. */
  readonly quantity: bigint
  /** The row of the catalogue that the price was read from. */
  readonly priceId: string
  /** A surcharge or discount beside the price, such as of a region. Default 1. */
  readonly factor?: Fraction
}

/**
 * A published price without loss: `parseUnitPrice('0.0125', 1_000_000n)`. At most twelve decimals.
 *
 * @throws {BudgetError} `invalid_input`.
 */
export function parseUnitPrice(amount: string, per: bigint): UnitPrice {
  const { digits, decimals } = parseDecimal(amount)
  if (decimals > 12) throw new BudgetError('invalid_input', `${amount} has ${decimals} decimals; a price takes 12.`)
  if (digits < 0n) throw new BudgetError('invalid_input', `${amount} is below zero; a price is not.`)
  if (per < 1n) throw new BudgetError('invalid_input', `per is ${per}; a price is for at least one unit.`)
  return decimals <= 9
    ? { priceNanos: digits * 10n ** BigInt(9 - decimals), per }
    : { priceNanos: digits, per: per * 10n ** BigInt(decimals - 9) }
}

/** What the lines cost: exact, and rounded up once to whole nano-units. */
export function sumLines(lines: readonly PricedLine[]): { readonly exact: Fraction; readonly amountNanos: bigint } {
  const exact = lines.map(toCost).reduce(addFractions, { numerator: 0n, denominator: 1n })
  return { exact, amountNanos: roundUp(exact) }
}

function toCost({ meter, quantity, priceNanos, per, factor }: PricedLine): Fraction {
  if (quantity < 0n || priceNanos < 0n || per < 1n || (factor && (factor.numerator < 0n || factor.denominator < 1n))) {
    throw new BudgetError('invalid_input', `The line for ${meter} has a quantity or a price below zero.`)
  }
  return {
    numerator: quantity * priceNanos * (factor?.numerator ?? 1n),
    denominator: per * (factor?.denominator ?? 1n),
  }
}
