import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fingerprintCard, listCards } from '../prices/compare-catalogues.ts'
import { createPriceBook } from '../prices/price-book.ts'
import { publishedPrices, publishedPricesVersion } from './published-prices.ts'

const models = publishedPrices.flatMap((catalogue) => catalogue.models.map((model) => ({ catalogue, model })))
const cards = models.flatMap(({ model }) => model.cards.map((card) => ({ model, card })))

describe('the published prices', () => {
  test('are a valid price book', () => {
    expect(() => createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })).not.toThrow()
  })

  test('say of each card where and when it was read', () => {
    expect(cards.filter(({ card }) => !card.seenIn?.length)).toEqual([])
    expect(publishedPrices.filter(({ source }) => !source.startsWith('https://'))).toEqual([])
    expect(readFileSync(new URL('NOTICE.md', import.meta.url), 'utf8')).toContain('The MIT License')
  })

  test('never changed once listed: a new price is a new card, added to cards-in-use.txt', () => {
    const inUse = readFileSync(new URL('__fixtures__/cards-in-use.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    const now = [...listCards(publishedPrices)].map(([id, found]) => `${id}: ${fingerprintCard(found)}`)
    expect(
      inUse.filter((line) => !now.includes(line)),
      'altered or removed',
    ).toEqual([])
    expect(
      now.filter((line) => !inUse.includes(line)),
      'to add to cards-in-use.txt after a review',
    ).toEqual([])
  })

  test('have input and output for each language model, and no tier beyond the four', () => {
    const languageModels = cards.filter(({ card }) => card.perMillion)
    expect(languageModels.length).toBeGreaterThan(200)
    expect(languageModels.filter(({ card }) => !card.perMillion?.input || !card.perMillion.output)).toEqual([])
    expect(new Set(cards.map(({ card }) => card.tier))).toEqual(new Set(['standard', 'batch', 'flex', 'priority']))
  })

  test('never cost less for more: long-context prices are at least the ordinary ones', () => {
    const cheaper = cards.flatMap(({ card }) =>
      Object.entries(card.aboveInputTokens ?? {}).flatMap(([threshold, prices]) =>
        Object.entries(prices ?? {})
          .filter(([meter, text]) => Number(text) < Number(card.perMillion?.[meter] ?? 0))
          .map(([meter]) => `${card.id} ${meter} above ${threshold}`),
      ),
    )
    expect(cheaper).toEqual([])
  })

  test('price cache writes of an hour wherever they price those of five minutes', () => {
    const missing = cards.filter(({ card }) => card.perMillion?.cache_write_5m && !card.perMillion.cache_write_1h)
    expect(missing.map(({ card }) => card.id)).toEqual([])
  })
})
