import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { publishedPrices } from '../catalogue/published-prices.ts'
import { createPriceBook } from '../prices/price-book.ts'
import { quoteUsage } from '../prices/quote-usage.ts'
import { type CallEstimate, estimateCall } from './estimate-call.ts'

const book = createPriceBook({ version: '1', catalogues: publishedPrices })
const at = new Date('2026-11-26T12:00:00Z')
const call = (changes: Partial<CallEstimate> = {}): CallEstimate => ({
  vendor: 'openai',
  model: 'gpt-5.4',
  input: { input: 1_000n },
  outputTokensMax: 100n,
  at,
  ...changes,
})
const cost = (changes: Partial<CallEstimate>) => estimateCall(book, call(changes)).amount.toJSON()

describe('an estimate', () => {
  test('is input and the whole allowed output at their prices, as a quote with its basis', () => {
    expect(cost({})).toBe('0.004 USD')
    expect(estimateCall(book, call({ basis: 'expected' }))).toMatchObject({ basis: 'expected', catalogueVersion: '1' })
  })

  test('takes the dearest tier that may serve', () => {
    expect(cost({ tiers: ['flex', 'standard'] })).toBe('0.004 USD')
    expect(cost({ tiers: ['flex'] })).toBe('0.002 USD')
    expect(cost({ tiers: ['standard', 'priority'] })).toBe('0.008 USD')
  })

  test('takes the long-context price from a tenth below the threshold', () => {
    expect(cost({ input: { input: 244_800n }, outputTokensMax: 0n })).toBe('0.612 USD')
    expect(cost({ input: { input: 244_801n }, outputTokensMax: 0n })).toBe('1.224005 USD')
  })

  test('assumes that all input is written to the cache when caching is asked for', () => {
    const claude = { vendor: 'anthropic', model: 'claude-sonnet-5-5', outputTokensMax: 0n }
    expect(cost({ ...claude })).toBe('0.002 USD')
    expect(cost({ ...claude, cacheWrites: 'cache_write_5m' })).toBe('0.0025 USD')
    expect(cost({ ...claude, cacheWrites: 'cache_write_1h' })).toBe('0.004 USD')
  })

  test('adds the most uses of each tool, and the surcharge of a region', () => {
    const claude = { vendor: 'anthropic', model: 'claude-opus-4-8', outputTokensMax: 0n }
    expect(cost({ ...claude, tools: { web_search: 5n }, region: 'us' })).toBe('0.0555 USD')
  })

  test('of an unknown model is refused', () => {
    expect(() => estimateCall(book, call({ model: 'gpt-99' }))).toThrow(
      expect.objectContaining({ code: 'price_unknown' }),
    )
  })

  test('says all that is wrong with its numbers', () => {
    expect(() => estimateCall(book, call({ input: { output: 1n }, outputTokensMax: -1n, tiers: [] }))).toThrow(
      'outputTokensMax is -1; it must not be below zero. output is no meter of input. tiers is empty; name at least one.',
    )
  })
})

test('usage with no larger quantities never settles above its estimate, whatever was cached or thought', () => {
  const models = publishedPrices.flatMap(({ vendor, models: all }) =>
    all.filter(({ cards }) => cards.some(({ perMillion }) => perMillion)).map(({ model }) => ({ vendor, model })),
  )
  const tokens = fc.bigInt({ min: 0n, max: 600_000n })
  const shares = fc.record({
    cached: fc.double({ min: 0, max: 1, noNaN: true }),
    thought: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      tokens,
      tokens,
      shares,
      ({ vendor, model }, input, output, { cached, thought }) => {
        const estimate = estimateCall(book, { vendor, model, input: { input }, outputTokensMax: output, at })
        const input_cached = BigInt(Math.floor(Number(input) * cached))
        const reasoning = BigInt(Math.floor(Number(output) * thought))
        const quantities = { input: input - input_cached, input_cached, output: output - reasoning, reasoning }
        const settled = quoteUsage(book, { vendor, model, tier: 'standard', source: 'provider', quantities }, { at })
        expect(settled.amount.amountNanos).toBeLessThanOrEqual(estimate.amount.amountNanos)
      },
    ),
    { numRuns: 2_000, seed: 7 },
  )
})
