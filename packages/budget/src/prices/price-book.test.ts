import { describe, expect, test } from 'vitest'
import type { BudgetError } from '../budget-error.ts'
import type { PriceCard, PriceCatalogue } from './catalogue.ts'
import { createPriceBook } from './price-book.ts'

const seenOn = '2026-11-26'
const at = new Date('2026-11-26T12:00:00Z')

function catalogueOf(
  cards: readonly PriceCard[],
  extra: Partial<PriceCatalogue['models'][number]> = {},
): PriceCatalogue {
  return {
    vendor: 'acme',
    currency: 'USD',
    source: 'https://acme.test/prices',
    models: [{ model: 'a-1', cards, ...extra }],
  }
}

function priceOf(
  catalogue: PriceCatalogue,
  conditions: { meter?: string; tier?: string; at?: Date; inputTokens?: bigint } = {},
) {
  const book = createPriceBook({ version: '1', catalogues: [catalogue] })
  return (
    book
      .findModel('acme', 'a-1')
      ?.findPrice({ meter: 'input', tier: 'standard', at, inputTokens: 0n, ...conditions }) ?? null
  )
}

function problemsOf(...catalogues: PriceCatalogue[]) {
  try {
    createPriceBook({ version: '1', catalogues })
  } catch (error) {
    return (error as BudgetError).problems.map(({ path, message }) => message.replace(`${path} `, ''))
  }
  return []
}

const standard: PriceCard = { id: 's', tier: 'standard', seenOn, perMillion: { input: '1.25', output: '10' } }

describe('a price', () => {
  test('is the two integers that were published', () => {
    expect(priceOf(catalogueOf([standard]))).toEqual({ id: 's#input', priceNanos: 1_250_000_000n, per: 1_000_000n })
    const perMinute = { id: 'm', tier: 'standard', seenOn, perMinute: { encode: '0.01' } }
    expect(priceOf(catalogueOf([perMinute]), { meter: 'encode' })).toMatchObject({
      priceNanos: 10_000_000n,
      per: 60_000n,
    })
  })

  test('of a meter that has none is its parent’s, and unknown when that has none either', () => {
    expect(priceOf(catalogueOf([standard]), { meter: 'cache_write_1h' })?.id).toBe('s#input')
    expect(priceOf(catalogueOf([standard]), { meter: 'reasoning' })?.id).toBe('s#output')
    expect(priceOf(catalogueOf([standard]), { meter: 'web_search' })).toBeNull()
  })

  test('of long input starts above the threshold, for output too', () => {
    const catalogue = catalogueOf([
      { ...standard, aboveInputTokens: { 200000: { input: '2.5', output: '15' }, 500000: { input: '5' } } },
    ])
    expect(priceOf(catalogue, { inputTokens: 200_000n })?.priceNanos).toBe(1_250_000_000n)
    expect(priceOf(catalogue, { inputTokens: 200_001n })?.priceNanos).toBe(2_500_000_000n)
    expect(priceOf(catalogue, { meter: 'output', inputTokens: 200_001n })?.id).toBe('s#output>200000')
    expect(priceOf(catalogue, { inputTokens: 500_001n })?.priceNanos).toBe(5_000_000_000n)
    expect(priceOf(catalogue, { meter: 'output', inputTokens: 500_001n })?.id).toBe('s#output')
  })

  test('is that of the newest card that has begun', () => {
    const catalogue = catalogueOf([
      standard,
      { ...standard, id: 'new', from: '2026-12-01', perMillion: { input: '2' } },
      { ...standard, id: 'mid', from: '2026-11-01', perMillion: { input: '1' } },
    ])
    expect(priceOf(catalogue, { at: new Date('2026-10-31T23:59:59Z') })?.id).toBe('s#input')
    expect(priceOf(catalogue, { at: new Date('2026-11-30T23:59:59Z') })?.id).toBe('mid#input')
    expect(priceOf(catalogue, { at: new Date('2026-12-01T00:00:00Z') })?.id).toBe('new#input')
  })

  test('ends with its announcement', () => {
    const catalogue = catalogueOf([{ ...standard, until: '2026-12-01' }])
    expect(priceOf(catalogue, { at: new Date('2026-11-30T23:59:59Z') })).not.toBeNull()
    expect(priceOf(catalogue, { at: new Date('2026-12-01T00:00:00Z') })).toBeNull()
  })

  test('of peak hours holds at those hours of those days', () => {
    const peak: PriceCard = {
      ...standard,
      id: 'peak',
      timesUtc: { weekdays: [1, 2, 3, 4, 5], hours: ['01:00-04:00', '06:00-10:00'] },
    }
    const idAt = (moment: string) => priceOf(catalogueOf([standard, peak]), { at: new Date(moment) })?.id
    expect(idAt('2026-11-26T00:59:59Z')).toBe('s#input')
    expect(idAt('2026-11-26T01:00:00Z')).toBe('peak#input')
    expect(idAt('2026-11-26T04:00:00Z')).toBe('s#input')
    expect(idAt('2026-11-26T09:59:59Z')).toBe('peak#input')
    expect(idAt('2026-11-29T02:00:00Z')).toBe('s#input')
  })

  test('of batch and flex is standard where there is no card; of any other tier it is unknown', () => {
    expect(priceOf(catalogueOf([standard]), { tier: 'flex' })?.id).toBe('s#input')
    expect(priceOf(catalogueOf([standard]), { tier: 'priority' })).toBeNull()
    const both = catalogueOf([
      { ...standard, perThousand: { web_search: '10' } },
      { id: 'b', tier: 'batch', seenOn, perMillion: { input: '0.6' } },
    ])
    expect(priceOf(both, { tier: 'batch' })?.id).toBe('b#input')
    expect(priceOf(both, { tier: 'batch', meter: 'web_search' })?.id).toBe('s#web_search')
    expect(priceOf(both, { tier: 'batch', meter: 'reasoning' })).toBeNull()
  })
})

describe('a model', () => {
  const catalogue: PriceCatalogue = {
    ...catalogueOf([standard], { aliases: ['a-latest'], patterns: ['a-*', 'a-1-preview-*'] }),
  }
  const two = {
    ...catalogue,
    models: [
      ...catalogue.models,
      { model: 'a-1-mini', patterns: ['a-1-preview-mini*'], cards: [{ ...standard, id: 'm' }] },
      { model: 'a-1-launch', aliases: ['a-1-2024-05-13'], cards: [{ ...standard, id: 'l' }] },
    ],
  }
  const find = (name: string) =>
    createPriceBook({ version: '1', catalogues: [two] }).findModel('acme', name)?.model ?? null

  test.each([
    ['a-1', 'a-1'],
    ['A-1-2026-03-05', 'a-1'],
    ['us.a-1-2024-05-13', 'a-1-launch'],
    ['us.a-1-20251001', 'a-1'],
    ['acme/a-latest', 'a-1'],
    ['a-1-mini', 'a-1-mini'],
    ['a-1-mini-2026-03-05', 'a-1-mini'],
    ['a-1-preview-mini-x', 'a-1-mini'],
    ['a-1-preview-x', 'a-1'],
    ['b-1', null],
  ])('%s is %s', (name, model) => {
    expect(find(name)).toBe(model)
  })

  test('of another vendor is unknown', () => {
    expect(createPriceBook({ version: '1', catalogues: [two] }).findModel('other', 'a-1')).toBeNull()
  })

  test('of a later catalogue replaces the same one of an earlier', () => {
    const own = catalogueOf([{ ...standard, id: 'own' }])
    const book = createPriceBook({ version: '1', catalogues: [two, own] })
    const price = book.findModel('acme', 'a-1')?.findPrice({ meter: 'input', tier: 'standard', at, inputTokens: 0n })
    expect(price?.id).toBe('own#input')
  })
})

describe('a catalogue', () => {
  test('is refused with all its problems at once', () => {
    const cards: PriceCard[] = [
      { ...standard, from: '2026-13-01' },
      { id: 's', tier: 'standard', seenOn: 'today', perMillion: { input: '1e3' }, each: { input: '1' } },
    ]
    expect(problemsOf({ ...catalogueOf(cards), currency: 'usd' })).toEqual([
      'must be such as USD.',
      'has the card s a second time; its id must be its own.',
      'is "2026-13-01"; it must be a date, such as 2026-11-26.',
      'must be a date, such as 2026-11-26.',
      expect.stringContaining("is not a price: An amount is a decimal string, such as '0.05', not '1e3'."),
      'prices input twice.',
      'holds at the same time as s; one must begin later.',
    ])
  })

  test('corrects a card with another, and keeps the wrong one', () => {
    const right: PriceCard = {
      ...standard,
      id: 'right',
      perMillion: { input: '1.2' },
      corrects: { card: 's', reason: 'The page said 1.20.' },
    }
    expect(priceOf(catalogueOf([standard, right]))?.id).toBe('right#input')
    const unknown = { ...right, corrects: { card: 'none', reason: '' } }
    expect(problemsOf(catalogueOf([unknown]))).toEqual(['is none; the model has no such card.'])
  })

  test('may not price the same moment twice', () => {
    const timed = (id: string, hours: string, ...weekdays: number[]) => ({
      ...standard,
      id,
      timesUtc: { weekdays, hours: [hours] },
    })
    const night = timed('night', '00:00-06:00', 1, 2)
    expect(problemsOf(catalogueOf([standard, night, timed('day', '06:00-24:00', 1, 2)]))).toEqual([])
    expect(problemsOf(catalogueOf([standard, night, timed('other', '00:00-06:00', 3)]))).toEqual([])
    expect(problemsOf(catalogueOf([standard, night, timed('dawn', '05:59-07:00', 2)]))).toEqual([
      'holds at the same time as night; one must begin later.',
    ])
    expect(problemsOf(catalogueOf([standard, { ...standard, id: 't' }]))).toEqual([
      'holds at the same time as s; one must begin later.',
    ])
  })
})

test('a surcharge of a region begins with the card that has it; older cards keep the model’s', () => {
  const later: PriceCard = { ...standard, id: 'later', from: '2026-12-01', regionFactors: { us: '1.2' } }
  const book = createPriceBook({
    version: '1',
    catalogues: [catalogueOf([standard, later], { regionFactors: { us: '1.1' } })],
  })
  const factorAt = (moment: Date) => book.findModel('acme', 'a-1')?.findRegionFactor('us', 'standard', moment)
  expect(factorAt(at)).toEqual({ numerator: 1_100_000_000n, denominator: 1_000_000_000n })
  expect(factorAt(new Date('2026-12-01T00:00:00Z'))).toEqual({ numerator: 1_200_000_000n, denominator: 1_000_000_000n })
})
