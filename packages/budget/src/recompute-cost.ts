import { BudgetError } from './budget-error.ts'
import { convertExact } from './conversion.ts'
import { type Fraction, roundUp } from './fraction.ts'
import { createMoney, type Money } from './money.ts'
import { type PricedLine, sumLines } from './priced-line.ts'
import { readPath } from './usage/read-path.ts'

/**
 * What an entry's `details` say that was reserved or settled, computed again from quantities, prices and rate: years later, without any catalogue. Null:
 * they have none of these, because the amount was given as it is.
 *
 * @throws {BudgetError} `invalid_input` when they are damaged.
 */
export function recomputeCost(details: unknown): Money | null {
  const exact = readExact(details)
  if (!exact) return null
  const conversion = readPath(details, 'conversion')
  if (!conversion) return createMoney(readText(details, 'quote', 'currency'), roundUp(exact))
  const to = readText(conversion, 'to')
  const amountNanos = convertExact(exact, {
    to,
    from: readText(conversion, 'from'),
    rate: readFraction(conversion, 'rate'),
    margin: readPath(conversion, 'margin') ? readFraction(conversion, 'margin') : null,
    day: readText(conversion, 'day'),
    source: readText(conversion, 'source'),
  })
  return createMoney(to, amountNanos)
}

/** The exact amount before any conversion, in nano-units. Null: there are neither lines nor a conversion. */
export function readExact(details: unknown): Fraction | null {
  const lines = readPath(details, 'quote', 'lines')
  if (Array.isArray(lines)) return sumLines(lines.map(readLine)).exact
  return readPath(details, 'conversion')
    ? { numerator: readWhole(details, 'conversion', 'amountNanos'), denominator: 1n }
    : null
}

function readLine(line: unknown): PricedLine {
  return {
    meter: readText(line, 'meter'),
    priceId: readText(line, 'priceId'),
    quantity: readWhole(line, 'quantity'),
    priceNanos: readWhole(line, 'priceNanos'),
    per: readWhole(line, 'per'),
    ...(readPath(line, 'factor') ? { factor: readFraction(line, 'factor') } : {}),
  }
}

function readFraction(value: unknown, name: string): Fraction {
  return { numerator: readWhole(value, name, 'numerator'), denominator: readWhole(value, name, 'denominator') }
}

function readWhole(value: unknown, ...path: readonly string[]): bigint {
  const text = readText(value, ...path)
  if (/^\d+$/.test(text)) return BigInt(text)
  throw damaged(path)
}

function readText(value: unknown, ...path: readonly string[]): string {
  const text = readPath(value, ...path)
  if (typeof text === 'string') return text
  throw damaged(path)
}

function damaged(path: readonly string[]): BudgetError {
  return new BudgetError('invalid_input', `The details of the entry are damaged at ${path.join('/')}.`)
}
