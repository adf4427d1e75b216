import { BudgetError } from './budget-error.ts'

/** An exact amount: whole billionths of a currency's unit, so that a single token has a price. Never a float. */
export interface Money {
  /** `USD`, `EUR`: ISO 4217. */
  readonly currency: string
  readonly amountNanos: bigint
  /** Amount and currency as text, `0.05 USD`: a `bigint` has no JSON. */
  toJSON(): string
}

const nanosPerUnit = 1_000_000_000n

/** What a column of the database holds: 9.2 billion units of a currency. */
export const amountNanosMax = 9_223_372_036_854_775_807n

class ExactMoney implements Money {
  readonly currency: string
  readonly amountNanos: bigint

  constructor(currency: string, amountNanos: bigint) {
    this.currency = currency
    this.amountNanos = amountNanos
  }

  toJSON(): string {
    return `${formatNanos(this.amountNanos)} ${this.currency}`
  }

  toString(): string {
    return this.toJSON()
  }

  /** What `console.log` prints of it, alone or within something. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toJSON()
  }
}

/** An amount from whole billionths; below zero for credits. */
export function createMoney(currency: string, amountNanos: bigint): Money {
  return new ExactMoney(currency, amountNanos)
}

/** US dollars from a decimal string, `usd('0.05')`. Takes no number, because 0.1 is none. */
export function usd(amount: string): Money {
  return parseAmount(amount, 'USD')
}

/**
 * An amount from a decimal string, `parseAmount('0.05', 'EUR')`. At most nine decimals: more would be rounded.
 *
 * @throws {BudgetError} `invalid_input`.
 */
export function parseAmount(amount: string, currency: string): Money {
  if (!/^[A-Z]{3}$/.test(currency)) {
    throw new BudgetError('invalid_input', `A currency has three capital letters, such as USD, not ${currency}.`)
  }
  const { digits, decimals } = parseDecimal(amount)
  if (decimals > 9) throw new BudgetError('invalid_input', `${amount} has ${decimals} decimals; an amount takes 9.`)
  const amountNanos = digits * 10n ** BigInt(9 - decimals)
  if (amountNanos > amountNanosMax || -amountNanos > amountNanosMax) {
    throw new BudgetError('invalid_input', `${amount} is more than ${formatNanos(amountNanosMax)}.`)
  }
  return createMoney(currency, amountNanos)
}

/** A decimal string as a whole number and how many of its digits are decimals. */
export function parseDecimal(text: string): { readonly digits: bigint; readonly decimals: number } {
  const match = typeof text === 'string' ? /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text) : null
  if (!match) {
    throw new BudgetError(
      'invalid_input',
      `An amount is a decimal string, such as '0.05', not ${typeof text === 'string' ? `'${text}'` : typeof text}.`,
    )
  }
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = BigInt(whole + fraction)
  return { digits: sign ? -digits : digits, decimals: fraction.length }
}

function formatNanos(amountNanos: bigint): string {
  const size = amountNanos < 0n ? -amountNanos : amountNanos
  const decimals = (size % nanosPerUnit).toString().padStart(9, '0').replace(/0+$/, '').padEnd(2, '0')
  return `${amountNanos < 0n ? '-' : ''}${size / nanosPerUnit}.${decimals}`
}
