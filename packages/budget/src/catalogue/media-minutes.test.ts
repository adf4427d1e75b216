import { expect, test } from 'vitest'
import { createPriceBook } from '../prices/price-book.ts'
import { quoteUsage } from '../prices/quote-usage.ts'
import { publishedPrices, publishedPricesVersion } from './published-prices.ts'

const book = createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
const at = new Date('2026-11-26T12:00:00Z')
const cost = (vendor: string, model: string, quantities: Record<string, bigint>) =>
  quoteUsage(book, { vendor, model, tier: null, source: 'counted', quantities }, { at }).amount.toJSON()

test.each([
  ['openai', 'whisper-1', '0.009 USD'],
  ['openai', 'gpt-transcribe', '0.00675 USD'],
  ['openai', 'gpt-live-1', '0.075 USD'],
  ['mistral', 'voxtral-mini-latest', '0.0045 USD'],
  ['mistral', 'voxtral-small-transcribe-3-0', '0.006 USD'],
])('ninety seconds of sound by %s %s cost %s', (vendor, model, amount) => {
  expect(cost(vendor, model, { audio: 90_000n })).toBe(amount)
})

test('events of X cost what is read with them', () => {
  expect(cost('x', 'activity', { 'event.post.create': 3n, 'event.follow': 1n, 'event.dm.sent': 9n })).toBe('0.025 USD')
})
