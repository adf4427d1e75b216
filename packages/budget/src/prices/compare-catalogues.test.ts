import { describe, expect, test } from 'vitest'
import type { PriceCard, PriceCatalogue } from './catalogue.ts'
import { compareCatalogues } from './compare-catalogues.ts'

const seenOn = '2026-11-26'
const catalogueOf = (...cards: PriceCard[]): PriceCatalogue[] => [
  { vendor: 'acme', currency: 'USD', source: 'https://acme.test', models: [{ model: 'a-1', cards }] },
]
const card: PriceCard = { id: 'a-1/standard', tier: 'standard', seenOn, perMillion: { input: '1.25', output: '10' } }

test('a new dated card is told against the one before it', () => {
  const next: PriceCard = {
    ...card,
    id: 'a-1/standard/2026-12-01',
    from: '2026-12-01',
    perMillion: { input: '1', output: '10' },
  }
  expect(compareCatalogues(catalogueOf(card), catalogueOf(card, next))).toEqual([
    { kind: 'added', id: next.id, text: 'input/1M 1.25 → 1 (against a-1/standard)' },
  ])
})

test('a new model is told with all its prices', () => {
  expect(compareCatalogues([], catalogueOf(card))).toEqual([
    { kind: 'added', id: card.id, text: 'tier standard, currency USD, input/1M 1.25, output/1M 10' },
  ])
})

test('an altered and a missing card are called so', () => {
  const altered = { ...card, perMillion: { input: '1.2', output: '10' }, aboveInputTokens: { 200000: { input: '2' } } }
  expect(compareCatalogues(catalogueOf(card), catalogueOf(altered))).toEqual([
    { kind: 'altered', id: card.id, text: 'input/1M 1.25 → 1.2, input/1M above 200000 input – → 2' },
  ])
  const graduated = { ...card, graduated: { input: { 128000: '0.9' } } }
  expect(compareCatalogues(catalogueOf(card), catalogueOf(graduated))).toEqual([
    { kind: 'altered', id: card.id, text: 'input units above 128000 – → 0.9' },
  ])
  expect(compareCatalogues(catalogueOf(card), [])).toEqual([{ kind: 'removed', id: card.id, text: 'is gone' }])
})

test('where and when a card was read is no change of its price', () => {
  expect(compareCatalogues(catalogueOf(card), catalogueOf({ ...card, seenOn: '2026-12-01', seenIn: ['b'] }))).toEqual(
    [],
  )
})

describe('a card in use is altered', () => {
  const [catalogue] = catalogueOf({ ...card, regionFactors: { us: '1.1' } })
  const model = { model: 'a-1', regionFactors: { us: '1.1' }, cards: [card] }
  test('by another currency of its catalogue', () => {
    expect(compareCatalogues(catalogueOf(card), [{ ...catalogue, currency: 'EUR' } as PriceCatalogue])).toEqual([
      { kind: 'altered', id: card.id, text: 'currency USD → EUR, region us – → ×1.1' },
    ])
  })
  test('by another surcharge of its model, unless it has its own', () => {
    const withFactor = (us: string, ...cards: PriceCard[]) => [
      { ...catalogue, models: [{ ...model, regionFactors: { us }, cards }] } as PriceCatalogue,
    ]
    expect(compareCatalogues(withFactor('1.1', card), withFactor('9', card))).toEqual([
      { kind: 'altered', id: card.id, text: 'region us ×1.1 → ×9' },
    ])
    const next = { ...card, id: 'a-1/standard/2026-12-01', from: '2026-12-01', regionFactors: { us: '1.2' } }
    expect(compareCatalogues(withFactor('1.1', card), withFactor('1.1', card, next))).toEqual([
      { kind: 'added', id: next.id, text: 'region us ×1.1 → ×1.2 (against a-1/standard)' },
    ])
  })
})

test('names and limits of a model that changed are told', () => {
  const [before] = catalogueOf(card)
  const models = [
    {
      model: 'a-1',
      aliases: ['a', 'a-latest'],
      patterns: ['a-1-*'],
      inputTokensMax: 9,
      outputTokensMax: 5,
      cards: [card],
    },
  ]
  expect(compareCatalogues(catalogueOf(card), [{ ...before, models } as PriceCatalogue])).toEqual([
    {
      kind: 'model',
      id: 'acme/a-1',
      text: 'aliases – → a a-latest, patterns – → a-1-*, inputTokensMax – → 9, outputTokensMax – → 5',
    },
  ])
})
