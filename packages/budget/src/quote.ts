import { createMoney, type Money } from './money.ts'
import { type PricedLine, sumLines } from './priced-line.ts'
import type { Usage } from './usage.ts'

/** What a call costs by its lines: before it as an estimate to reserve, after it as usage to settle. Stored with the entry, never changed. */
export interface Quote {
  /** The lines, summed exactly and rounded up once. */
  readonly amount: Money
  readonly lines: readonly PricedLine[]
  readonly vendor: string
  readonly model: string | null
  /** Of the price catalogue. */
  readonly catalogueVersion: string
  /** The moment whose prices were used: when the call started. */
  readonly pricedAt: Date
  /** `strict`: no call of this form costs more. `expected`: most cost less. `usage`: what was used. */
  readonly basis: 'strict' | 'expected' | 'usage'
  /** For `usage`: what was used, and who said so. */
  readonly usage?: Usage
  /** With whole numbers as text. */
  toJSON(): unknown
}

/** A quote without what follows from its lines. */
export interface QuoteInput extends Omit<Quote, 'amount' | 'toJSON'> {
  readonly currency: string
}

/**
 * Prices the lines.
 *
 * @throws {BudgetError} `invalid_input` for a quantity or price below zero.
 */
export function createQuote({ currency, ...input }: QuoteInput): Quote {
  return {
    ...input,
    amount: createMoney(currency, sumLines(input.lines).amountNanos),
    toJSON: () => toPlain({ currency, amountNanos: sumLines(input.lines).amountNanos, ...input }),
  }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]))
}
