import { createPriceBook, publishedPrices, publishedPricesVersion } from '@ofm-social/budget/prices'
import { createXAdapter } from '@ofm-social/platform-x'
import { expect, test } from 'vitest'

test('the adapter for X and the price catalogue name the same prices, from the same day on', () => {
  const book = createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
  const api = book.findModel('x', 'api')
  const prices = createXAdapter().meters?.prices ?? []
  expect(prices.length).toBeGreaterThan(5)
  for (const { meter, usdNanos, per, validFrom } of prices) {
    const findAt = (at: Date) => api?.findPrice({ meter, tier: 'standard', at, inputTokens: 0n })
    const found = findAt(new Date('2026-11-26T00:00:00Z'))
    const [firstDay, dayBefore] = [new Date(validFrom), new Date(Date.parse(validFrom) - 1)]
    expect({ meter, begins: [findAt(dayBefore), findAt(firstDay)?.id] }).toEqual({ meter, begins: [null, found?.id] })
    expect({ meter, priceNanos: found?.priceNanos, per: found?.per }).toEqual({
      meter,
      priceNanos: BigInt(usdNanos),
      per: BigInt(per),
    })
  }
})
