import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PricedLine, parseUnitPrice, sumLines } from './priced-line.ts'
import { createQuote } from './quote.ts'

const line = (quantity: bigint, priceNanos: bigint, per: bigint, factor?: PricedLine['factor']): PricedLine => ({
  meter: 'input',
  priceId: 'p',
  quantity,
  priceNanos,
  per,
  ...(factor ? { factor } : {}),
})

describe('prices', () => {
  test('are two integers as published, without loss', () => {
    expect(parseUnitPrice('0.0125', 1_000_000n)).toEqual({ priceNanos: 12_500_000n, per: 1_000_000n })
    expect(parseUnitPrice('0.0000000125', 1n)).toEqual({ priceNanos: 125n, per: 10n })
    expect(() => parseUnitPrice('0.0000000000001', 1n)).toThrow('a price takes 12')
    expect(() => parseUnitPrice('-1', 1n)).toThrow('below zero')
  })
})

describe('a sum of lines', () => {
  test('is rounded up once, not once a line', () => {
    expect(sumLines([line(1n, 1n, 2n), line(1n, 1n, 2n)]).amountNanos).toBe(1n)
    expect(sumLines([line(1n, 1n, 3n), line(1n, 1n, 3n)]).amountNanos).toBe(1n)
    expect(sumLines([]).amountNanos).toBe(0n)
  })

  test('refuses a quantity below zero', () => {
    expect(() => sumLines([line(-1n, 1n, 1n)])).toThrow('The line for input has a quantity or a price below zero.')
  })

  test('of 100,000 random usages equals exact rational arithmetic over one common denominator, rounded up once', () => {
    const amount = fc.bigInt({ min: 0n, max: 600_000_000_000n })
    const anyLine = fc
      .record({
        quantity: fc.bigInt({ min: 0n, max: 1_000_000_000n }),
        priceNanos: amount,
        per: fc.constantFrom(1n, 60n, 1_000n, 60_000n, 1_000_000n, 7n),
        factor: fc.option(
          fc.record({ numerator: fc.constantFrom(1n, 11n, 3n), denominator: fc.constantFrom(2n, 10n) }),
          {
            nil: undefined,
          },
        ),
      })
      .map(({ quantity, priceNanos, per, factor }) => line(quantity, priceNanos, per, factor))
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 4 }), (lines) => {
        const denominator = lines.reduce((product, { per, factor }) => product * per * (factor?.denominator ?? 1n), 1n)
        const numerator = lines.reduce((sum, { quantity, priceNanos, per, factor }) => {
          const { numerator: up = 1n, denominator: down = 1n } = factor ?? {}
          return sum + (quantity * priceNanos * up * denominator) / (per * down)
        }, 0n)
        const { amountNanos } = sumLines(lines)
        return amountNanos === (numerator + denominator - 1n) / denominator
      }),
      { numRuns: 100_000 },
    )
  })

  test('never falls when a quantity grows', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 9n }), (less, more) => {
        const at = (quantity: bigint) => sumLines([line(quantity, 12_500_000n, 1_000_000n)]).amountNanos
        return at(less) <= at(less + more)
      }),
    )
  })
})

describe('a quote', () => {
  const quote = createQuote({
    currency: 'USD',
    lines: [line(1_001n, 12_500_000n, 1_000_000n)],
    vendor: 'openai',
    model: 'gpt',
    catalogueVersion: '2026-11-26',
    pricedAt: new Date('2026-11-26T00:00:00Z'),
    basis: 'strict',
  })

  test('costs what its lines cost', () => {
    expect(quote.amount.amountNanos).toBe(12_513n)
  })

  test('keeps in JSON all from which its amount can be computed again', () => {
    expect(JSON.parse(JSON.stringify(quote))).toEqual({
      currency: 'USD',
      amountNanos: '12513',
      lines: [{ meter: 'input', priceId: 'p', quantity: '1001', priceNanos: '12500000', per: '1000000' }],
      vendor: 'openai',
      model: 'gpt',
      catalogueVersion: '2026-11-26',
      pricedAt: '2026-11-26T00:00:00.000Z',
      basis: 'strict',
    })
  })
})
