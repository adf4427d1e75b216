import { BudgetError } from '../budget-error.ts'
import { type PricedLine, sumLines } from '../priced-line.ts'
import { isInput, isOutput } from '../prices/meters.ts'
import type { PriceBook } from '../prices/price-book.ts'
import type { PricedModel } from '../prices/priced-model.ts'
import { priceQuantities, sumInput, unknownModel } from '../prices/quote-usage.ts'
import { createQuote, type Quote } from '../quote.ts'
import { addQuantities, type Quantities } from '../usage/split-whole.ts'

/** A call before it is made, in numbers that it will not exceed. */
export interface CallEstimate {
  readonly vendor: string
  readonly model: string
  /** Input tokens by meter, counted from above. No cache hit is assumed. */
  readonly input: Readonly<Record<string, bigint>>
  /** What the request allows as output, thinking included; of all answers together. */
  readonly outputTokensMax: bigint
  /** What the request asks to be cached: writes may cost more than plain input. */
  readonly cacheWrites?: 'cache_write' | 'cache_write_5m' | 'cache_write_1h' | 'cache_write_12h'
  /** Most uses of each tool that is billed by the use: `{ web_search: 5n }`. */
  readonly tools?: Readonly<Record<string, bigint>>
  /** All tiers that may serve the call; the dearest counts. Default `['standard']`. */
  readonly tiers?: readonly string[]
  readonly region?: string
  /** When the call starts: prices of this moment. */
  readonly at: Date
  /** `expected` when the numbers are what most calls need, not what none exceeds. Default `strict`. */
  readonly basis?: 'strict' | 'expected'
}

/**
 * Prices a call before it is made: the amount to reserve. Usage with no larger quantities never settles above it.
 *
 * @throws {BudgetError} `price_unknown` for a model or meter that the book does not have: an unknown model is refused, not unlimited.
 */
export function estimateCall(book: PriceBook, call: CallEstimate): Quote {
  const model = book.findModel(call.vendor, call.model)
  if (!model) throw unknownModel(call.vendor, call.model)
  assertCounts(call)
  const tiers = call.tiers ?? ['standard']
  const dearest = tiers
    .map((tier) => priceTier(model, call, tier))
    .reduce((most, lines) => (sumLines(lines).amountNanos > sumLines(most).amountNanos ? lines : most))
  return createQuote({
    currency: model.currency,
    lines: dearest,
    vendor: call.vendor,
    model: call.model,
    catalogueVersion: book.version,
    pricedAt: call.at,
    basis: call.basis ?? 'strict',
  })
}

function priceTier(model: PricedModel, call: CallEstimate, tier: string): readonly PricedLine[] {
  const { at, region = null, tools = {} } = call
  const inputTokens = nearThreshold(sumInput(call.input), model.listContexts(tier, at))
  const price = (quantities: Quantities) =>
    priceQuantities(model, { quantities, tier, at, region, inputTokens, counted: 'bound' })
  const dearest = (count: bigint, meter: string, other: string | undefined): Quantities => {
    const priced = [meter, other ?? meter].filter((one) => model.findPrice({ meter: one, tier, at, inputTokens }))
    const all = (priced.length > 0 ? priced : [meter]).map((one): Quantities => ({ [one]: count }))
    return all.reduce((most, one) => (costsMore(price(one), price(most)) ? one : most))
  }
  const input = Object.entries(call.input).map(([meter, count]) =>
    dearest(count, meter, meter === 'input' ? call.cacheWrites : undefined),
  )
  // Priced together: what has one price counts as one whole.
  return price([...input, dearest(call.outputTokensMax, 'output', 'reasoning'), tools].reduce(addQuantities, {}))
}

function costsMore(one: readonly PricedLine[], other: readonly PricedLine[]): boolean {
  const [left, right] = [sumLines(one).exact, sumLines(other).exact]
  return left.numerator * right.denominator > right.numerator * left.denominator
}

/** Counts are estimates: within a tenth below a long-context price, that price is taken. */
function nearThreshold(inputTokens: bigint, thresholds: readonly bigint[]): bigint {
  const near = thresholds.find((threshold) => inputTokens * 10n > threshold * 9n)
  return near !== undefined && near >= inputTokens ? near + 1n : inputTokens
}

function assertCounts({ input, outputTokensMax, tools = {}, tiers }: CallEstimate): void {
  const counts = [...Object.entries(input), ['outputTokensMax', outputTokensMax] as const, ...Object.entries(tools)]
  const problems = counts
    .filter(([, count]) => count < 0n)
    .map(([path, count]) => ({ path, message: `${path} is ${count}; it must not be below zero.` }))
  const misplaced = Object.keys(input).filter((meter) => !isInput(meter) || isOutput(meter))
  problems.push(...misplaced.map((path) => ({ path, message: `${path} is no meter of input.` })))
  if (tiers?.length === 0) problems.push({ path: 'tiers', message: 'tiers is empty; name at least one.' })
  if (problems.length === 0) return
  throw new BudgetError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
}
