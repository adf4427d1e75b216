import { createPriceBook, publishedPrices, publishedPricesVersion } from '@ofm-social/budget/prices'
import { createXAdapter } from '@ofm-social/platform-x'
import { expect, test } from 'vitest'

test('the adapter for X and the price catalogue name the same prices', () => {
  const book = createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
  const api = book.findModel('x', 'api')
  const at = new Date('2026-11-26T00:00:00Z')
  const prices = createXAdapter().meters?.prices ?? []
  expect(prices.length).toBeGreaterThan(5)
  for (const { meter, usdNanos, per } of prices) {
    const found = api?.findPrice({ meter, tier: 'standard', at, inputTokens: 0n })
    expect({ meter, priceNanos: found?.priceNanos, per: found?.per }).toEqual({
      meter,
      priceNanos: BigInt(usdNanos),
      per: BigInt(per),
    })
  }
})
