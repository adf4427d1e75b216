import { BudgetError } from './budget-error.ts'
import { createMoney, type Money } from './money.ts'
import { type PricedLine, sumLines } from './priced-line.ts'
import { toStorable } from './storable-text.ts'
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

/** Whether what is spent comes with its lines. */
export function isQuote(cost: Money | Quote): cost is Quote {
  return 'lines' in cost
}

/** The amount of either, and the lines as JSON. A quote whose amount is not what its lines cost is refused: nothing else is stored. */
export function readCost(cost: Money | Quote): { readonly money: Money; readonly details: string | null } {
  if (!isQuote(cost)) return { money: cost, details: null }
  const { amountNanos } = sumLines(cost.lines)
  const { amount } = cost
  if (amount.amountNanos !== amountNanos) {
    const summed = createMoney(amount.currency, amountNanos).toJSON()
    throw new BudgetError('invalid_input', `The quote says ${amount.toJSON()}; its lines cost ${summed}.`)
  }
  return { money: amount, details: JSON.stringify({ quote: cost.toJSON() }) }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return toStorable(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]))
}
