import type { BudgetError } from '../budget-error.ts'
import type { InputProblems } from '../input-problems.ts'
import { parseUnitPrice, type UnitPrice } from '../priced-line.ts'
import type { CatalogueModel, MeterPrices, PriceCard } from './catalogue.ts'
import type { ParsedCard, ParsedModel } from './parsed-card.ts'
import { overlap, parseTimesUtc } from './times-utc.ts'

/** A model of a catalogue as numbers; notes what is wrong with it. */
export function parseModel(model: CatalogueModel, path: string, problems: InputProblems): ParsedModel {
  problems.expect(model.cards.length > 0, `${path}/cards`, 'is empty; a model has at least one price card.')
  const factors = parseFactors(model.regionFactors, { path, problems })
  const all = model.cards.map((card, index) => parseCard(card, { factors, path: `${path}/cards/${index}`, problems }))
  const corrected = new Set(model.cards.map(({ corrects }) => corrects?.card))
  for (const [index, { corrects }] of model.cards.entries()) {
    const known = !corrects || all.some(({ id }) => id === corrects.card)
    problems.expect(known, `${path}/cards/${index}/corrects`, `is ${corrects?.card}; the model has no such card.`)
  }
  const cards = all.filter(({ id }) => !corrected.has(id))
  for (const [index, card] of cards.entries()) {
    const rival = cards.slice(0, index).find((other) => sameCondition(card, other))
    problems.expect(!rival, `${path}/cards/${index}`, `holds at the same time as ${rival?.id}; one must begin later.`)
  }
  return { cards }
}

function parseFactors(texts: PriceCard['regionFactors'], { path, problems }: Place): ParsedCard['regionFactors'] {
  const factors = toEntries(texts).map(([region, text]) => {
    const price = parsePrice(text, 1n, { path: `${path}/regionFactors/${region}`, problems })
    return [region, { numerator: price.priceNanos, denominator: price.per * 1_000_000_000n }] as const
  })
  return new Map(factors)
}

/** Where something stands in a catalogue, and who is told what is wrong with it. */
interface Place {
  readonly path: string
  readonly problems: InputProblems
}

interface CardPlace extends Place {
  /** Of the model. */
  readonly factors: ParsedCard['regionFactors']
}

function parseCard(card: PriceCard, { factors, path, problems }: CardPlace): ParsedCard {
  const fromMs = parseMoment(card.from, Number.NEGATIVE_INFINITY, { path: `${path}/from`, problems })
  const untilMs = parseMoment(card.until, Number.POSITIVE_INFINITY, { path: `${path}/until`, problems })
  problems.expect(fromMs < untilMs, `${path}/until`, `is ${card.until}; it must be after ${card.from}.`)
  problems.expect(/^\d{4}-\d{2}-\d{2}$/.test(card.seenOn), `${path}/seenOn`, 'must be a date, such as 2026-11-26.')
  const times = card.timesUtc ? parseTimesUtc(card.timesUtc.weekdays, card.timesUtc.hours) : null
  problems.expect(
    !card.timesUtc || times !== null,
    `${path}/timesUtc`,
    'must be weekdays from 1 to 7 and hours such as 01:00-04:00.',
  )
  const read = (group: MeterPrices | undefined, per: bigint, name: string) => {
    return toEntries(group).map(
      ([meter, text]) => [meter, parsePrice(text, per, { path: `${path}/${name}/${meter}`, problems })] as const,
    )
  }
  const prices = priceGroups.flatMap(([name, per]) => read(card[name], per, name))
  const meters = prices.map(([meter]) => meter)
  const twice = meters.find((meter, index) => meters.indexOf(meter) !== index)
  problems.expect(twice === undefined, path, `prices ${twice} twice.`)
  const steps = parseSteps(card, { path: `${path}/graduated`, problems })
  const contexts = Object.entries(card.aboveInputTokens ?? {}).map(([threshold, group]) => ({
    aboveInputTokens: parseThreshold(threshold, { path: `${path}/aboveInputTokens`, problems }),
    prices: new Map(read(group, 1_000_000n, `aboveInputTokens/${threshold}`)),
  }))
  contexts.sort((one, other) => (one.aboveInputTokens < other.aboveInputTokens ? 1 : -1))
  const regionFactors = card.regionFactors ? parseFactors(card.regionFactors, { path, problems }) : factors
  const { id, tier } = card
  return { id, tier, fromMs, untilMs, times, prices: new Map(prices), steps, contexts, regionFactors }
}

/** The groups of a card, and for how many units their prices are. */
const priceGroups = [
  ['perMillion', 1_000_000n],
  ['perThousand', 1_000n],
  ['each', 1n],
  ['perMinute', 60_000n],
] as const

function parseSteps(card: PriceCard, { path, problems }: Place): ParsedCard['steps'] {
  const { graduated = {}, aboveInputTokens = {} } = card
  const long = new Set(Object.values(aboveInputTokens).flatMap((group) => Object.keys(group ?? {})))
  const meters = Object.entries(graduated).map(([meter, group]) => {
    const first = priceGroups.find(([name]) => card[name]?.[meter] !== undefined)
    problems.expect(first !== undefined, `${path}/${meter}`, 'has no price of its own for the first units.')
    problems.expect(!long.has(meter), `${path}/${meter}`, 'has a long-context price too; it is one or the other.')
    const [, per] = first ?? ['each', 1n]
    const steps = toEntries(group).map(([threshold, text]) => ({
      above: parseThreshold(threshold, { path: `${path}/${meter}`, problems }),
      ...parsePrice(text, per, { path: `${path}/${meter}/${threshold}`, problems }),
    }))
    return [meter, steps.toSorted((one, other) => (one.above < other.above ? -1 : 1))] as const
  })
  return new Map(meters)
}

function toEntries(group: MeterPrices | undefined): readonly (readonly [string, string])[] {
  return Object.entries(group ?? {}).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
}

function sameCondition(one: ParsedCard, other: ParsedCard): boolean {
  if (one.tier !== other.tier || one.fromMs !== other.fromMs) return false
  return one.times && other.times ? overlap(one.times, other.times) : one.times === other.times
}

function parseThreshold(text: string, { path, problems }: Place): bigint {
  const good = /^[1-9]\d{0,14}$/.test(text)
  problems.expect(good, path, `has ${JSON.stringify(text)}; a threshold is a whole number of units.`)
  return good ? BigInt(text) : 1n
}

function parseMoment(text: string | undefined, absent: number, { path, problems }: Place): number {
  if (text === undefined) return absent
  const ms = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  problems.expect(!Number.isNaN(ms), path, `is ${JSON.stringify(text)}; it must be a date, such as 2026-11-26.`)
  return Number.isNaN(ms) ? absent : ms
}

function parsePrice(text: string, per: bigint, { path, problems }: Place): UnitPrice {
  try {
    return parseUnitPrice(text, per)
  } catch (error) {
    problems.expect(false, path, `is not a price: ${(error as BudgetError).message}`)
    return { priceNanos: 0n, per }
  }
}
