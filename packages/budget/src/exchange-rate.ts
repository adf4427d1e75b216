import { BudgetError } from './budget-error.ts'
import { createInputProblems, expectId, expectNote } from './input-problems.ts'
import type { RateItem, RateRow } from './ledger-store.ts'
import { amountNanosMax, parseDecimal } from './money.ts'

/** A rate as it was published, to be kept for good. */
export interface ExchangeRateInput {
  /** One unit of it … */
  readonly from: string
  /** … is `rate` of this one. It serves both directions. */
  readonly to: string
  /** A decimal string as published, `1.0832`. */
  readonly rate: string
  /** ISO date of the publication, `2026-11-26`. From the beginning of that day, UTC, until a newer one. */
  readonly day: string
  /** Where it was read, such as a URL. */
  readonly source: string
  /** Who added it. */
  readonly actor?: string
}

/** A rate on record. One a day and pair; never changed. */
export interface ExchangeRate extends Omit<ExchangeRateInput, 'actor'> {
  readonly actor: string | null
  readonly addedAt: Date
}

/** What the store needs of a rate; all problems of it at once. */
export function toRateItem({ from, to, rate, day, source, actor }: ExchangeRateInput): RateItem {
  const problems = createInputProblems()
  for (const [path, currency] of [['from', from] as const, ['to', to] as const]) {
    problems.expect(/^[A-Z]{3}$/.test(currency), path, `is ${currency}; a currency has three capital letters.`)
  }
  problems.expect(from !== to, 'to', `is ${to}, as from is.`)
  problems.expect(isDay(day), 'day', `is ${day}; it must be a date, such as 2026-11-26.`)
  expectId(problems, 'source', source)
  expectNote(problems, 'actor', actor)
  const parsed = parseRate(rate)
  problems.expect(parsed !== null, 'rate', `is ${rate}; it must be a decimal string above zero, such as '1.0832'.`)
  problems.assertNone()
  return { from, to, day, source, actor: actor ?? null, ...(parsed ?? { numerator: 1n, denominator: 1n }) }
}

/** The answer of a rate that was added; the day's other rate is left alone. */
export function toExchangeRate({ numerator, denominator, addedAt, ...rate }: RateRow): ExchangeRate {
  return { ...rate, rate: formatDecimal(numerator, denominator), addedAt: new Date(addedAt) }
}

/**
 * @throws {BudgetError} `key_conflict` when the day has another rate already.
 */
export function assertSameRate(stored: RateRow, { numerator, denominator }: RateItem): void {
  if (stored.numerator * denominator === numerator * stored.denominator) return
  const { from, to, day, rate, source } = toExchangeRate(stored)
  throw new BudgetError(
    'key_conflict',
    `${day} has the rate ${rate} from ${from} to ${to} already, of ${source}; a rate on record is never changed.`,
  )
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true
}

function parseRate(text: string): { readonly numerator: bigint; readonly denominator: bigint } | null {
  try {
    const { digits, decimals } = parseDecimal(text)
    const good = digits > 0n && digits <= amountNanosMax && decimals <= 18
    return good ? { numerator: digits, denominator: 10n ** BigInt(decimals) } : null
  } catch {
    return null
  }
}

/** Of a denominator that is a power of ten. */
function formatDecimal(numerator: bigint, denominator: bigint): string {
  const decimals = `${denominator}`.length - 1
  const digits = `${numerator}`.padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
