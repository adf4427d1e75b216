import { createQuote, type Quote } from '../quote.ts'

export interface TestQuote {
  readonly vendor?: string
  readonly model?: string
  readonly basis?: Quote['basis']
  /** Of each meter. */
  readonly quantities: Readonly<Record<string, bigint>>
  readonly priceNanos: bigint
  /** Default 1. */
  readonly per?: bigint
}

/** A quote in dollars with one price for all its meters. */
export function createTestQuote(given: TestQuote): Quote {
  const { vendor = 'acme', model = 'a-1', basis = 'usage', quantities, priceNanos, per = 1n } = given
  return createQuote({
    currency: 'USD',
    vendor,
    model,
    catalogueVersion: '1',
    pricedAt: new Date('2026-11-26T12:00:00Z'),
    basis,
    lines: Object.entries(quantities).map(([meter, quantity]) => ({
      ...{ meter, quantity, priceId: `p#${meter}`, priceNanos, per },
    })),
  })
}
