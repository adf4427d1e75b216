import type { Fraction } from '../fraction.ts'
import type { UnitPrice } from '../priced-line.ts'
import type { CatalogueModel, PriceCatalogue } from './catalogue.ts'
import { listAncestry } from './meters.ts'
import type { ParsedCard, ParsedModel } from './parsed-card.ts'
import { isWithin } from './times-utc.ts'

/** Under which conditions a price is asked for. */
export interface PriceConditions {
  readonly meter: string
  readonly tier: string
  /** When the call started. */
  readonly at: Date
  /** All input of the call, cached included: long-context prices depend on it. */
  readonly inputTokens: bigint
}

/** A price and the row that it was read from. */
export interface Price extends UnitPrice {
  readonly id: string
  /** What each unit above a threshold costs, the lowest first; units up to it cost what is before. Absent: all cost the same. */
  readonly steps?: readonly (UnitPrice & { readonly id: string; readonly above: bigint })[]
}

/** One model of a vendor and its prices. */
export interface PricedModel {
  readonly vendor: string
  readonly model: string
  readonly currency: string
  readonly inputTokensMax: number | null
  readonly outputTokensMax: number | null
  /** Null: the catalogue does not say. A meter without a price of its own has its parent's. */
  findPrice(conditions: PriceConditions): Price | null
  /** Thresholds of long-context prices of a tier at a moment, the highest first. */
  listContexts(tier: string, at: Date): readonly bigint[]
  /** The surcharge of a region on a tier at a moment; null for none. */
  findRegionFactor(region: string, tier: string, at: Date): Fraction | null
}

/** Batch and flex are never dearer than standard, so standard stands in where the catalogue has no card for them. */
const standInTiers: Readonly<Record<string, string>> = { batch: 'standard', flex: 'standard' }

export function createPricedModel(
  { vendor, currency }: PriceCatalogue,
  { model, inputTokensMax, outputTokensMax }: CatalogueModel,
  { cards }: ParsedModel,
): PricedModel {
  const findCard = (tier: string, at: Date) => findCardAt(cards, tier, at) ?? findStandIn(cards, tier, at)
  return {
    vendor,
    model,
    currency,
    inputTokensMax: inputTokensMax ?? null,
    outputTokensMax: outputTokensMax ?? null,
    findPrice({ meter, tier, at, inputTokens }) {
      const card = findCard(tier, at)
      const standard = findCardAt(cards, 'standard', at)
      return (
        (card && findOnCard(card, meter, inputTokens)) ??
        // Searches and other tools are listed once; tokens never fall back to another tier by themselves.
        (card && standard && listAncestry(meter).length === 1 ? findOnCard(standard, meter, inputTokens) : null)
      )
    },
    listContexts: (tier, at) => findCard(tier, at)?.contexts.map(({ aboveInputTokens }) => aboveInputTokens) ?? [],
    findRegionFactor: (region, tier, at) => findCard(tier, at)?.regionFactors.get(region) ?? null,
  }
}

function findStandIn(cards: readonly ParsedCard[], tier: string, at: Date): ParsedCard | null {
  const standIn = standInTiers[tier]
  return standIn === undefined ? null : findCardAt(cards, standIn, at)
}

/** The newest card that holds; at times with a card of their own, that one. */
function findCardAt(cards: readonly ParsedCard[], tier: string, at: Date): ParsedCard | null {
  const ms = at.getTime()
  const begun = cards.filter((card) => card.tier === tier && card.fromMs <= ms)
  const newestMs = Math.max(...begun.map(({ fromMs }) => fromMs))
  const newest = begun.filter(({ fromMs, untilMs }) => fromMs === newestMs && ms < untilMs)
  return newest.find(({ times }) => times && isWithin(times, at)) ?? newest.find(({ times }) => times === null) ?? null
}

function findOnCard(card: ParsedCard, meter: string, inputTokens: bigint): Price | null {
  const context = card.contexts.find(({ aboveInputTokens }) => inputTokens > aboveInputTokens)
  for (const name of listAncestry(meter)) {
    const long = context?.prices.get(name)
    if (context && long) return { id: `${card.id}#${name}>${context.aboveInputTokens}`, ...long }
    const price = card.prices.get(name)
    if (price) return { id: `${card.id}#${name}`, ...price, ...findSteps(card, name) }
  }
  return null
}

function findSteps(card: ParsedCard, meter: string): Pick<Price, 'steps'> {
  const steps = card.steps.get(meter)?.map((step) => ({ id: `${card.id}#${meter}+${step.above}`, ...step }))
  return steps ? { steps } : {}
}
