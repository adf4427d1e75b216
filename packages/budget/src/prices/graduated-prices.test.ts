import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BudgetError } from '../budget-error.ts'
import { estimateCall } from '../estimate/estimate-call.ts'
import type { PriceCard } from './catalogue.ts'
import { createPriceBook } from './price-book.ts'
import { quoteUsage } from './quote-usage.ts'

const at = new Date('2026-11-26T12:00:00Z')
const rising: PriceCard = {
  id: 'r',
  tier: 'standard',
  seenOn: '2026-11-26',
  perMillion: { input: '1', input_cached: '0.5', output: '4' },
  each: { post_create: '0.01' },
  graduated: {
    input: { 256000: '3', 32000: '2' },
    output: { 1000: '6' },
    post_create: { 10: '0.005' },
  },
}

function bookOf(...cards: readonly PriceCard[]) {
  const models = [{ model: 'a-1', cards }]
  return createPriceBook({ version: '1', catalogues: [{ vendor: 'acme', currency: 'USD', source: '', models }] })
}
const quoteOf = (quantities: Record<string, bigint>, card = rising) => {
  const usage = { vendor: 'acme', model: 'a-1', tier: null, source: 'provider' as const, quantities }
  return quoteUsage(bookOf(card), usage, { at })
}
const linesOf = (quantities: Record<string, bigint>) =>
  quoteOf(quantities).lines.map(({ meter, quantity, priceId }) => `${meter} ${quantity} ${priceId}`)

describe('a graduated price', () => {
  test('changes for the units above a threshold only, and each step is a line of the quote', () => {
    expect(linesOf({ input: 32_000n })).toEqual(['input 32000 r#input'])
    expect(linesOf({ input: 32_001n })).toEqual(['input 32000 r#input', 'input 1 r#input+32000'])
    expect(linesOf({ input: 300_000n })).toEqual([
      'input 32000 r#input',
      'input 224000 r#input+32000',
      'input 44000 r#input+256000',
    ])
    expect(quoteOf({ input: 300_000n }).amount.toJSON()).toBe('0.612 USD')
    expect(quoteOf({ post_create: 12n }).amount.toJSON()).toBe('0.11 USD')
  })

  test('counts what has no price of its own with what it is priced as, and nothing else', () => {
    expect(linesOf({ output: 900n, reasoning: 300n })).toEqual([
      'output 900 r#output',
      'reasoning 100 r#output',
      'reasoning 200 r#output+1000',
    ])
    expect(linesOf({ input: 20_000n, input_cached: 20_000n })).toEqual([
      'input 20000 r#input',
      'input_cached 20000 r#input_cached',
    ])
  })

  test('has a surcharge of its region at each step', () => {
    const card = { ...rising, regionFactors: { us: '1.1' } }
    const usage = { vendor: 'acme', model: 'a-1', tier: null, source: 'provider' as const, region: 'us' }
    const { amount } = quoteUsage(bookOf(card), { ...usage, quantities: { input: 42_000n } }, { at })
    expect(amount.toJSON()).toBe('0.0572 USD')
  })

  test('is refused without a price for the first units, or beside a long-context price', () => {
    const bad = {
      ...rising,
      aboveInputTokens: { 200000: { output: '8' } },
      graduated: { output: { 1000: '6' }, web_search: { 10: '1' }, input: { some: '1' } },
    }
    try {
      bookOf(bad)
      expect.unreachable()
    } catch (error) {
      expect((error as BudgetError).problems.map(({ message }) => message)).toEqual([
        '0/acme/a-1/cards/0/graduated/output has a long-context price too; it is one or the other.',
        '0/acme/a-1/cards/0/graduated/web_search has no price of its own for the first units.',
        '0/acme/a-1/cards/0/graduated/input has "some"; a threshold is a whole number of units.',
      ])
    }
  })
})

const price = fc.integer({ min: 0, max: 40 }).map((cents) => `${cents}.0000000001`)
const steps = fc.dictionary(fc.integer({ min: 1, max: 2_000 }).map(String), price, { maxKeys: 3 })
const cards = fc.record({ input: price, output: price, reasoning: price, inputSteps: steps, outputSteps: steps }).map(
  ({ inputSteps, outputSteps, ...perMillion }): PriceCard => ({
    ...rising,
    perMillion,
    graduated: { input: inputSteps, output: outputSteps },
  }),
)
const tokens = fc.bigInt({ min: 0n, max: 3_000n })

test('more units never cost less, at any step', () => {
  fc.assert(
    fc.property(cards, tokens, tokens, (card, one, more) => {
      const [less, all] = [quoteOf({ input: one }, card), quoteOf({ input: one + more }, card)]
      expect(all.amount.amountNanos).toBeGreaterThanOrEqual(less.amount.amountNanos)
    }),
    { numRuns: 500, seed: 7 },
  )
})

test('usage with no larger quantities never settles above its estimate, however it was thought and counted', () => {
  fc.assert(
    fc.property(cards, tokens, tokens, tokens, tokens, (card, input, spared, output, thought) => {
      const estimate = estimateCall(bookOf(card), {
        vendor: 'acme',
        model: 'a-1',
        input: { input: input + spared },
        outputTokensMax: output + thought,
        at,
      })
      const settled = quoteOf({ input, output, reasoning: thought }, card)
      expect(settled.amount.amountNanos).toBeLessThanOrEqual(estimate.amount.amountNanos)
    }),
    { numRuns: 1_000, seed: 7 },
  )
})
