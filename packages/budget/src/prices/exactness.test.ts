import { expect, test } from 'vitest'
import { publishedPrices } from '../catalogue/published-prices.ts'
import { recomputeCost } from '../recompute-cost.ts'
import type { CatalogueModel, PriceCard, PriceCatalogue } from './catalogue.ts'
import { createPriceBook } from './price-book.ts'
import { quoteUsage } from './quote-usage.ts'

const count = 100_000

/** The same sequence in each run; a test that fails can be run again. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A decimal string as an integer of 10⁻¹⁸, by its characters alone: nothing of the ledger is used to check the ledger. */
function toAttos(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(18, '0'))
}

/** What is priced by the token: region surcharges and long-context thresholds are about these, by their names alone. */
const isTokenMeter = (meter: string) => /^(input|cache_write|output|reasoning)/.test(meter)
const isInputMeter = (meter: string) => /^(input|cache_write)/.test(meter)

/** The least common multiple of 1, 1,000, 60,000 and 1,000,000: amounts are computed in these parts, so that nothing is divided. */
const parts = 3_000_000n
const one = 10n ** 18n

/** What the card says of each meter: its price, and how many units that is for. */
function listPrices(card: PriceCard): Map<string, { readonly text: string; readonly per: bigint }> {
  const groups = [
    [card.perMillion, 1_000_000n],
    [card.perThousand, 1_000n],
    [card.each, 1n],
    [card.perMinute, 60_000n],
  ] as const
  return new Map(
    groups.flatMap(([prices, per]) =>
      Object.entries(prices ?? {}).map(([meter, text = '0']) => [meter, { text, per }]),
    ),
  )
}

/** What no vendor of the catalogue has: prices that change for the units above a threshold only. Two thirds and seven decimals, so that little is whole. */
const graduated: PriceCatalogue = {
  vendor: 'acme',
  currency: 'USD',
  source: 'https://acme.test/prices',
  models: [
    {
      model: 'a-1',
      regionFactors: { eu: '1.15' },
      cards: [
        {
          id: 'a-1',
          tier: 'standard',
          seenOn: '2026-11-26',
          perMillion: { input: '0.3333333', input_cached: '0.0333333', output: '1.1111111' },
          perThousand: { web_search: '7.7' },
          perMinute: { audio: '0.0077777' },
          graduated: {
            input: { 1000: '0.6666667', 128000: '0.1234567' },
            output: { 999: '2.2222223' },
            web_search: { 7: '3.3' },
            audio: { 60001: '0.0033333' },
          },
        },
      ],
    },
  ],
}

/** Units and what each of them costs. */
function listSteps(card: PriceCard, meter: string, quantity: bigint, text: string) {
  const thresholds = Object.keys(card.graduated?.[meter] ?? {}).map(BigInt)
  const bounds = [0n, ...thresholds.toSorted((low, high) => Number(low - high))]
  return bounds.flatMap((above, index) => {
    const end = bounds[index + 1] ?? quantity
    const units = (quantity < end ? quantity : end) - above
    return units > 0n ? [{ units, text: (above > 0n && card.graduated?.[meter]?.[`${above}`]) || text }] : []
  })
}

/** The prices of the highest threshold that the input is above. */
function findLongPrices(card: PriceCard, inputTokens: bigint) {
  const thresholds = Object.keys(card.aboveInputTokens ?? {}).filter((threshold) => inputTokens > BigInt(threshold))
  const highest = thresholds.toSorted((low, high) => Number(high) - Number(low))[0]
  return highest === undefined ? undefined : card.aboveInputTokens?.[highest]
}

/** A moment at which the card holds: at a Sunday's or a Thursday's noon, outside peak hours, or within them. */
function toMoment(card: PriceCard): Date {
  const { from, until, timesUtc } = card
  const quiet = until ? '2026-11-22' : from && from > '2026-11-22' ? '2027-01-03' : (from ?? '2020-01-05')
  if (!timesUtc) return new Date(`${quiet}T12:00:00Z`)
  const peak = new Date(`${quiet}T${timesUtc.hours[0]?.slice(0, 5)}:00Z`)
  while (!timesUtc.weekdays.includes(peak.getUTCDay())) peak.setUTCDate(peak.getUTCDate() + 1)
  return peak
}

/** The exact cost in 10⁻³⁶ ÷ 3,000,000 of a dollar. */
function computeExact(
  { card, model, region }: { readonly card: PriceCard; readonly model: CatalogueModel; readonly region: string | null },
  quantities: Readonly<Record<string, bigint>>,
): bigint {
  const meters = Object.entries(quantities)
  const inputTokens = meters.reduce((sum, [meter, count]) => (isInputMeter(meter) ? sum + count : sum), 0n)
  const long = findLongPrices(card, inputTokens)
  const factor = region === null ? one : toAttos((card.regionFactors ?? model.regionFactors)?.[region] ?? '1')
  const prices = listPrices(card)
  return meters.reduce((sum, [meter, quantity]) => {
    const { text, per } = prices.get(meter) ?? { text: '0', per: 1n }
    return listSteps(card, meter, quantity, long?.[meter] ?? text).reduce(
      (total, step) => total + (step.units * toAttos(step.text) * (isTokenMeter(meter) ? factor : one) * parts) / per,
      sum,
    )
  }, 0n)
}

test(`${count.toLocaleString('en')} random usages cost what exact arithmetic says, rounded up once`, () => {
  const random = createRandom(7)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const catalogues = [...publishedPrices, graduated]
  const book = createPriceBook({ version: '1', catalogues })
  const all = catalogues.flatMap(({ vendor, models }) =>
    models.flatMap((model: CatalogueModel) => model.cards.map((card) => ({ vendor, model, card }))),
  )
  // Few cards are of these kinds; half of the usages are theirs.
  const rare = [
    all.filter(({ card }) => card.perThousand),
    all.filter(({ card }) => card.perMinute),
    all.filter(({ card }) => card.timesUtc),
    all.filter(({ card }) => card.aboveInputTokens),
    all.filter(({ model }) => model.regionFactors),
    all.filter(({ card }) => card.graduated),
  ]
  const seen = { thousands: 0, minutes: 0, peaks: 0, long: 0, regions: 0, steps: 0 }
  let wrong = 0
  let recomputed = 0
  for (let index = 0; index < count; index++) {
    const { vendor, model, card } = pick(random() < 0.5 ? all : pick(rare))
    const meters = [...listPrices(card).keys()].filter(() => random() < 0.7)
    const size = random() < 0.3 ? 1_000_000 : 15_000
    const quantities = Object.fromEntries(meters.map((meter) => [meter, BigInt(Math.floor(random() ** 4 * size))]))
    const region = random() < 0.5 ? pick(['us', 'eu', 'nowhere']) : null
    const exact = computeExact({ card, model, region }, quantities)
    const usage = { vendor, model: model.model, tier: card.tier, source: 'provider' as const, quantities }
    const named = region === null ? usage : { ...usage, region }
    const quote = quoteUsage(book, named, { at: toMoment(card) })
    // amount is the smallest whole number of nanos that is not below the exact sum.
    const nano = 10n ** 9n * one * parts
    const nanos = quote.amount.amountNanos * nano
    if (nanos < exact || nanos - nano >= exact) wrong++
    const used = new Set(quote.lines.map(({ priceId }) => priceId))
    if (meters.some((meter) => card.perThousand?.[meter] && used.has(`${card.id}#${meter}`))) seen.thousands++
    if (card.perMinute && used.size > 0) seen.minutes++
    if (card.timesUtc && used.size > 0) seen.peaks++
    if ([...used].some((id) => id.includes('>'))) seen.long++
    if ([...used].some((id) => id.includes('+'))) seen.steps++
    if (quote.lines.some(({ factor }) => factor)) seen.regions++
    if (index % 20 > 0) continue
    if (recomputeCost({ quote: JSON.parse(JSON.stringify(quote)) })?.amountNanos === quote.amount.amountNanos)
      recomputed++
  }
  expect({ wrong, recomputed }).toEqual({ wrong: 0, recomputed: count / 20 })
  for (const [kind, usages] of Object.entries(seen))
    expect({ kind, enough: usages > 2_000 }).toEqual({ kind, enough: true })
})
