import { BudgetError } from '../budget-error.ts'
import type { Fraction } from '../fraction.ts'
import type { PricedLine } from '../priced-line.ts'
import { createQuote, type Quote } from '../quote.ts'
import type { Usage } from '../usage.ts'
import { isInput, isOutput } from './meters.ts'
import type { PriceBook } from './price-book.ts'
import type { PricedModel } from './priced-model.ts'
import { type PricedUnits, splitSteps, toBound } from './split-steps.ts'

/**
 * What a call did cost, by the prices of the moment when it started. Of several usages, such as a model's and its advisor's, the first names the call.
 *
 * @throws {BudgetError} `price_unknown` with each meter that the book has no price for; `currency_mismatch` for usages that are billed in several currencies.
 */
export function quoteUsage(
  book: PriceBook,
  usage: Usage | readonly [Usage, ...Usage[]],
  options: { readonly at: Date },
): Quote {
  const usages: readonly [Usage, ...Usage[]] = 'quantities' in usage ? [usage] : usage
  const priced = usages.map((one) => ({ one, model: requireModel(book, one) }))
  const [{ vendor, model }] = usages
  const [currency = 'USD', ...others] = new Set(priced.map(({ model: found }) => found.currency))
  if (others.length > 0) {
    const currencies = [currency, ...others].join(' and ')
    throw new BudgetError('currency_mismatch', `${model} of ${vendor} and what it used are billed in ${currencies}.`)
  }
  return createQuote({
    currency,
    lines: priced.flatMap(({ one, model: found }) => priceUsage(found, one, options.at)),
    vendor,
    model,
    catalogueVersion: book.version,
    pricedAt: options.at,
    basis: 'usage',
    usage: usages[0],
  })
}

function requireModel(book: PriceBook, { vendor, model }: Usage): PricedModel {
  const found = book.findModel(vendor, model)
  if (!found) throw unknownModel(vendor, model)
  return found
}

function priceUsage(model: PricedModel, { quantities, tier, region }: Usage, at: Date): readonly PricedLine[] {
  const inputTokens = sumInput(quantities)
  return priceQuantities(model, { quantities, tier: tier ?? 'standard', at, region: region ?? null, inputTokens })
}

/** What was or may be used, and the conditions under which it is priced. */
export interface PricedQuantities {
  readonly quantities: Usage['quantities']
  readonly tier: string
  readonly at: Date
  readonly region: string | null
  /** Decides about long-context prices. */
  readonly inputTokens: bigint
  /** `bound`: may be counted in other parts than these, and never costs more. Default `exact`. */
  readonly counted?: 'exact' | 'bound'
}

/** One line for each meter that was used, and for each step of a graduated price. */
export function priceQuantities(model: PricedModel, request: PricedQuantities): readonly PricedLine[] {
  const { quantities, tier, at, region, inputTokens, counted = 'exact' } = request
  const factor = region === null ? null : model.findRegionFactor(region, tier, at)
  const used = Object.entries(quantities).filter(([, quantity]) => quantity !== 0n)
  const priced = used.map(([meter, quantity]) => ({
    meter,
    quantity,
    price: model.findPrice({ meter, tier, at, inputTokens }),
  }))
  const missing = priced.filter(({ price }) => price === null).map(({ meter }) => meter)
  if (missing.length > 0) throw unknownMeters(model, tier, missing)
  // What has no price of its own counts with what it is priced as.
  const before = new Map<string, bigint>()
  return priced.flatMap(({ meter, quantity, price }) => {
    if (!price) return []
    const units = splitSteps(counted === 'bound' ? toBound(price) : price, before.get(price.id) ?? 0n, quantity)
    before.set(price.id, (before.get(price.id) ?? 0n) + quantity)
    return units.map((part) => toLine(meter, part, factor))
  })
}

/** All input of a call, cached and written included. */
export function sumInput(quantities: Usage['quantities']): bigint {
  return Object.entries(quantities).reduce((sum, [meter, count]) => (isInput(meter) ? sum + count : sum), 0n)
}

export function unknownModel(vendor: string, model: string): BudgetError {
  return new BudgetError(
    'price_unknown',
    `There is no price for the model ${model} of ${vendor}; add it to the catalogue.`,
  )
}

function toLine(meter: string, { id, quantity, priceNanos, per }: PricedUnits, factor: Fraction | null): PricedLine {
  const line = { meter, quantity, priceId: id, priceNanos, per }
  return factor && listsTokens(meter) ? { ...line, factor } : line
}

/** A region's surcharge is on tokens, not on tools. */
function listsTokens(meter: string): boolean {
  return isInput(meter) || isOutput(meter)
}

function unknownMeters({ vendor, model }: PricedModel, tier: string, meters: readonly string[]): BudgetError {
  const problems = meters.map((meter) => ({ path: meter, message: `${meter} has no price on the tier ${tier}.` }))
  return new BudgetError(
    'price_unknown',
    `${model} of ${vendor}: ${problems.map(({ message }) => message).join(' ')} Add it to the catalogue.`,
    { problems },
  )
}
