import type { CatalogueModel, MeterPrices, PriceCard, PriceCatalogue } from './catalogue.ts'

/**
 * What differs between two versions of a catalogue. `altered` and `removed` are mistakes once a card was used: entries of the ledger point at it. `model`: names
 * or limits of a model, which decide which calls find its cards and how much they may reserve.
 */
export interface CatalogueChange {
  readonly kind: 'added' | 'altered' | 'removed' | 'model'
  /** The card; `openai/gpt-6` for a model. */
  readonly id: string
  /** In words: meter by meter what changed, against the card before it where there is one. */
  readonly text: string
}

/** Compares all price cards of two versions, in the order of their ids, then the models that both have. */
export function compareCatalogues(
  before: readonly PriceCatalogue[],
  after: readonly PriceCatalogue[],
): readonly CatalogueChange[] {
  const [old, now] = [listCards(before), listCards(after)]
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort()
  return [...ids.flatMap((id) => compareCard(id, { old, now })), ...compareModels(before, after)]
}

function compareModels(
  before: readonly PriceCatalogue[],
  after: readonly PriceCatalogue[],
): readonly CatalogueChange[] {
  const old = listModels(before)
  return [...listModels(after)].flatMap(([id, model]) => {
    const known = old.get(id)
    const text = known ? describeChanges(toModelFacts(known), toModelFacts(model)) : ''
    return text === '' ? [] : [{ kind: 'model' as const, id, text }]
  })
}

function listModels(catalogues: readonly PriceCatalogue[]): ReadonlyMap<string, CatalogueModel> {
  return new Map(
    catalogues.flatMap(({ vendor, models }) => models.map((model) => [`${vendor}/${model.model}`, model] as const)),
  )
}

function toModelFacts({ aliases, patterns, inputTokensMax, outputTokensMax }: CatalogueModel): Facts {
  const facts = { aliases: aliases?.join(' '), patterns: patterns?.join(' '), inputTokensMax, outputTokensMax }
  return new Map(Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])))
}

/** A card of a catalogue, whose it is, and what it has from there. */
export interface FoundCard {
  /** `openai/gpt-6`. */
  readonly of: string
  readonly currency: string
  readonly regionFactors: CatalogueModel['regionFactors']
  readonly card: PriceCard
}

type Facts = ReadonlyMap<string, string>

function compareCard(
  id: string,
  { old, now }: Readonly<Record<'old' | 'now', ReadonlyMap<string, FoundCard>>>,
): readonly CatalogueChange[] {
  const [before, after] = [old.get(id), now.get(id)]
  if (!after) return [{ kind: 'removed', id, text: 'is gone' }]
  if (before) {
    const text = describe(before, after)
    return text === '' ? [] : [{ kind: 'altered', id, text }]
  }
  const predecessor = findPredecessor(after, now)
  const text = describe(predecessor ?? null, after) || 'the same prices'
  return [{ kind: 'added', id, text: predecessor ? `${text} (against ${predecessor.card.id})` : text }]
}

/** By their ids. */
export function listCards(catalogues: readonly PriceCatalogue[]): ReadonlyMap<string, FoundCard> {
  const found = catalogues.flatMap(({ vendor, currency, models }) =>
    models.flatMap(({ model, cards, regionFactors }) =>
      cards.map((card) => ({ of: `${vendor}/${model}`, currency, regionFactors, card })),
    ),
  )
  return new Map(found.map((one) => [one.card.id, one]))
}

function findPredecessor({ of, card }: FoundCard, all: ReadonlyMap<string, FoundCard>): FoundCard | undefined {
  const older = [...all.values()].filter(
    (other) =>
      other.of === of &&
      other.card.tier === card.tier &&
      (other.card.timesUtc === undefined) === (card.timesUtc === undefined) &&
      (other.card.from ?? '') < (card.from ?? ''),
  )
  return older.sort((one, other) => ((one.card.from ?? '') < (other.card.from ?? '') ? 1 : -1))[0]
}

function describe(before: FoundCard | null, after: FoundCard): string {
  const facts = toFacts(after)
  if (!before) return [...facts].map(([name, text]) => `${name} ${text}`).join(', ')
  // A new card begins at another time than the one before it.
  const same = before.card.id === after.card.id
  return describeChanges(toFacts(before), facts, (name) => same || name !== 'from')
}

function describeChanges(old: Facts, now: Facts, tells: (name: string) => boolean = () => true): string {
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => old.get(name) !== now.get(name) && tells(name))
    .map((name) => `${name} ${old.get(name) ?? '–'} → ${now.get(name) ?? '–'}`)
    .join(', ')
}

/** All that a card says about prices and when they hold; where it was read does not change a price. */
function toFacts({ card, currency, regionFactors }: FoundCard): Facts {
  const group = (prices: MeterPrices | undefined, suffix: string) =>
    Object.entries(prices ?? {}).map(([meter, text]) => [`${meter}${suffix}`, text ?? '–'] as const)
  return new Map([
    ['tier', card.tier],
    ['currency', currency],
    ...(card.from === undefined ? [] : [['from', card.from] as const]),
    ...(card.until === undefined ? [] : [['until', card.until] as const]),
    ...(card.timesUtc === undefined ? [] : [['timesUtc', JSON.stringify(card.timesUtc)] as const]),
    ...(card.corrects === undefined ? [] : [['corrects', card.corrects.card] as const]),
    ...group(card.perMillion, '/1M'),
    ...group(card.perThousand, '/1k'),
    ...group(card.each, ' each'),
    ...group(card.perMinute, '/min'),
    ...Object.entries(card.aboveInputTokens ?? {}).flatMap(([threshold, prices]) =>
      group(prices, `/1M above ${threshold} input`),
    ),
    ...Object.entries(card.graduated ?? {}).flatMap(([meter, steps]) =>
      Object.entries(steps ?? {}).map(
        ([threshold, text]) => [`${meter} units above ${threshold}`, text ?? '–'] as const,
      ),
    ),
    ...Object.entries(card.regionFactors ?? regionFactors ?? {}).map(
      ([region, factor]) => [`region ${region}`, `×${factor}`] as const,
    ),
  ])
}

/** A line that changes when what a card costs or its dates do. */
export function fingerprintCard(found: FoundCard): string {
  return [...toFacts(found)]
    .map(([name, text]) => `${name}=${text}`)
    .sort()
    .join(' ')
}
