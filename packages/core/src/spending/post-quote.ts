import type { MeterPrice, MeterUse } from '../platform/platform-meters.ts'
import { toDecimal } from './money.ts'
import { findPrice, priceUses, sumUses } from './priced-use.ts'

/** What publishing costs on one platform at today's prices. */
export interface PlatformQuote {
  /** Calls that the platform bills or counts, at most. */
  readonly requests: number
  /** Exact US dollars as decimal text. Look-ups after a lost answer come on top. */
  readonly usd: string
  /** For people: `one post with a link, two descriptions`. */
  readonly why: string
}

/** By platform; one that asks no money for calls is missing. */
export type PostQuote = Readonly<Record<string, PlatformQuote>>

/** What one destination uses. */
export interface DestinationUses {
  readonly platform: string
  readonly prices: readonly MeterPrice[]
  readonly uses: readonly MeterUse[]
}

/** Quotes destinations together, by platform. `now`: the moment whose prices count, on the database's clock. */
export function toPostQuote(destinations: readonly DestinationUses[], now: number): PostQuote {
  const platforms = [...new Set(destinations.map(({ platform }) => platform))]
  const quotes = platforms.map((platform) => {
    const mine = destinations.filter((destination) => destination.platform === platform)
    const uses = addUp(mine.flatMap((destination) => destination.uses))
    return [platform, toQuote(uses, mine[0]?.prices ?? [], now)]
  })
  return Object.fromEntries(quotes)
}

function toQuote(uses: readonly MeterUse[], prices: readonly MeterPrice[], now: number): PlatformQuote {
  const { lines, unpriced } = priceUses(uses, prices, now)
  const counted = uses.map((use) => describe(use, findPrice(prices, use.meter, now)))
  const missing = unpriced.map((meter) => `no price is known for ${meter}`)
  return {
    requests: uses.reduce((sum, { quantity }) => sum + quantity, 0),
    usd: toDecimal(sumUses(lines)),
    why: [...counted, ...missing].join(', '),
  }
}

function addUp(uses: readonly MeterUse[]): readonly MeterUse[] {
  const sums = new Map<string, number>()
  for (const { meter, quantity } of uses) sums.set(meter, (sums.get(meter) ?? 0) + quantity)
  return [...sums].map(([meter, quantity]) => ({ meter, quantity }))
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

function describe({ meter, quantity }: MeterUse, price: MeterPrice | undefined): string {
  const label = quantity === 1 ? price?.label?.one : price?.label?.many
  return label === undefined ? `${quantity} × ${meter}` : `${NUMBERS[quantity] ?? quantity} ${label}`
}
