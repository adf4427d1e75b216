import { describe, expect, test } from 'vitest'
import { publishedPrices } from '../catalogue/published-prices.ts'
import type { Usage } from '../usage.ts'
import { createPriceBook } from './price-book.ts'
import { quoteUsage } from './quote-usage.ts'

const book = createPriceBook({ version: '1', catalogues: publishedPrices })
const at = new Date('2026-11-26T12:00:00Z')
const usageOf = (usage: Partial<Usage>): Usage => ({
  vendor: 'openai',
  model: 'gpt-5.4',
  tier: null,
  source: 'provider',
  quantities: {},
  ...usage,
})

describe('the cost of usage', () => {
  test('is the sum of its meters, each at its own price', () => {
    const quote = quoteUsage(
      book,
      usageOf({ quantities: { input: 1_000n, input_cached: 200n, output: 50n, reasoning: 7n } }),
      { at },
    )
    // 1,000 × 2.50 + 200 × 0.25 + 57 × 15.00 dollars per million
    expect(quote.amount.toJSON()).toBe('0.003405 USD')
    expect(quote).toMatchObject({ basis: 'usage', model: 'gpt-5.4', catalogueVersion: '1', pricedAt: at })
  })

  test('counts cached and written input towards the long-context price', () => {
    const quantities = { input: 1n, input_cached: 272_000n, output: 1n }
    const { lines } = quoteUsage(book, usageOf({ quantities }), { at })
    expect(lines.map(({ priceNanos }) => priceNanos)).toEqual([5_000_000_000n, 500_000_000n, 22_500_000_000n])
  })

  test('is rounded up once, from the exact sum', () => {
    const { amount } = quoteUsage(book, usageOf({ model: 'gpt-5-nano', quantities: { input_cached: 1n } }), { at })
    expect(amount.amountNanos).toBe(5n)
    // 1 cached token at 0.0028 and 1 at 0.14 dollars per million: 142.8 nanos, not 3 + 140.
    const flash = usageOf({
      vendor: 'deepseek',
      model: 'deepseek-v4-flash',
      quantities: { input_cached: 1n, input: 1n },
    })
    expect(quoteUsage(book, flash, { at: new Date('2026-08-01') }).amount.amountNanos).toBe(143n)
  })

  test('carries the surcharge of a region on tokens, not on tools', () => {
    const quantities = { input: 1_000_000n, web_search: 1n }
    const usage = usageOf({ vendor: 'anthropic', model: 'claude-opus-4-8', region: 'us', quantities })
    expect(quoteUsage(book, usage, { at }).amount.toJSON()).toBe('5.51 USD')
    expect(quoteUsage(book, { ...usage, region: 'global' }, { at }).amount.toJSON()).toBe('5.01 USD')
  })

  test('of a call with an advisor is priced model by model and named after the first', () => {
    const main = usageOf({ vendor: 'anthropic', model: 'claude-sonnet-5-5', quantities: { output: 1_000n } })
    const advisor = usageOf({ vendor: 'anthropic', model: 'claude-opus-5-5', quantities: { output: 1_000n } })
    const quote = quoteUsage(book, [main, advisor], { at })
    expect(quote.amount.toJSON()).toBe('0.03 USD')
    expect(quote.model).toBe('claude-sonnet-5-5')
  })

  test('of a call whose parts are billed in several currencies is refused', () => {
    const card = { id: 'own', tier: 'standard', seenOn: '2026-11-26', perMillion: { output: '1' } }
    const own = {
      vendor: 'anthropic',
      currency: 'EUR',
      source: 'our contract',
      models: [{ model: 'claude-opus-5-5', cards: [card] }],
    }
    const mixed = createPriceBook({ version: '1', catalogues: [...publishedPrices, own] })
    const usages = ['claude-sonnet-5-5', 'claude-opus-5-5'] as const
    const [main, advisor] = usages.map((model) => usageOf({ vendor: 'anthropic', model, quantities: { output: 1n } }))
    const quote = () => quoteUsage(mixed, [main as Usage, advisor as Usage], { at })
    expect(quote).toThrow('claude-sonnet-5-5 of anthropic and what it used are billed in USD and EUR.')
  })

  test('of a free call is nothing', () => {
    expect(quoteUsage(book, usageOf({ quantities: { input: 0n } }), { at })).toMatchObject({
      lines: [],
      amount: { amountNanos: 0n },
    })
  })

  test('of a model or meter without a price is refused by name', () => {
    expect(() => quoteUsage(book, usageOf({ model: 'gpt-99' }), { at })).toThrow(
      'There is no price for the model gpt-99 of openai; add it to the catalogue.',
    )
    expect(() => quoteUsage(book, usageOf({ quantities: { page: 1n, character: 2n } }), { at })).toThrow(
      'gpt-5.4 of openai: page has no price on the tier standard. character has no price on the tier standard. Add it to the catalogue.',
    )
  })
})
