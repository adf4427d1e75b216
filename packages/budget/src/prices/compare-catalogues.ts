import type { MeterPrices, PriceCard, PriceCatalogue } from './catalogue.ts'

/** What differs between two versions of a catalogue. `altered` and `removed` are mistakes once a card was used: entries of the ledger point at it. */
export interface CatalogueChange {
  readonly kind: 'added' | 'altered' | 'removed'
  /** The card. */
  readonly id: string
  /** In words: meter by meter what changed, against the card before it where there is one. */
  readonly text: string
}

/** Compares all price cards of two versions, in the order of their ids. */
export function compareCatalogues(
  before: readonly PriceCatalogue[],
  after: readonly PriceCatalogue[],
): readonly CatalogueChange[] {
  const [old, now] = [listCards(before), listCards(after)]
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort()
  return ids.flatMap((id) => compareCard(id, old.get(id), now.get(id), now))
}

/** A card of a catalogue and whose it is. */
interface FoundCard {
  readonly of: string
  readonly card: PriceCard
}

function compareCard(
  id: string,
  before: FoundCard | undefined,
  after: FoundCard | undefined,
  all: ReadonlyMap<string, FoundCard>,
): readonly CatalogueChange[] {
  if (!after) return [{ kind: 'removed', id, text: 'is gone' }]
  if (before) {
    const text = describe(before.card, after.card)
    return text === '' ? [] : [{ kind: 'altered', id, text }]
  }
  const predecessor = findPredecessor(after, all)
  const text = describe(predecessor?.card ?? null, after.card) || 'the same prices'
  return [{ kind: 'added', id, text: predecessor ? `${text} (against ${predecessor.card.id})` : text }]
}

function listCards(catalogues: readonly PriceCatalogue[]): ReadonlyMap<string, FoundCard> {
  return new Map(
    catalogues.flatMap(({ vendor, models }) =>
      models.flatMap(({ model, cards }) => cards.map((card) => [card.id, { of: `${vendor}/${model}`, card }] as const)),
    ),
  )
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

function describe(before: PriceCard | null, after: PriceCard): string {
  const [old, now] = [before ? toFacts(before) : new Map<string, string>(), toFacts(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])]
  const changed = names.filter((name) => old.get(name) !== now.get(name))
  return changed
    .filter((name) => !before || !['from', 'id'].includes(name) || before.id === after.id)
    .map((name) => (before ? `${name} ${old.get(name) ?? '–'} → ${now.get(name) ?? '–'}` : `${name} ${now.get(name)}`))
    .join(', ')
}

/** All that a card says about prices and when they hold; where it was read does not change a price. */
function toFacts(card: PriceCard): ReadonlyMap<string, string> {
  const group = (prices: MeterPrices | undefined, suffix: string) =>
    Object.entries(prices ?? {}).map(([meter, text]) => [`${meter}${suffix}`, text ?? '–'] as const)
  return new Map([
    ['tier', card.tier],
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
  ])
}

/** A line that changes when a card's prices or dates do. */
export function fingerprintCard(card: PriceCard): string {
  return [...toFacts(card)]
    .map(([name, text]) => `${name}=${text}`)
    .sort()
    .join(' ')
}
