/** An exact amount: whole billionths of a currency's unit, so that a single token has a price. Never a float. */
export interface Money {
  /** `USD`, `EUR`: ISO 4217. */
  readonly currency: string
  readonly amountNanos: bigint
  /** Amount and currency as text, `0.05 USD`: a `bigint` has no JSON. */
  toJSON(): string
}

/** US dollars from a decimal string, `usd('0.05')`. Takes no number, because 0.1 is none. */
export declare function usd(amount: string): Money
