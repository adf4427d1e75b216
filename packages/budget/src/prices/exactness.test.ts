import { expect, test } from 'vitest'
import { publishedPrices } from '../catalogue/published-prices.ts'
import { sumLines } from '../priced-line.ts'
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

test(`${count.toLocaleString('en')} random usages cost what exact arithmetic says, rounded up once`, () => {
  const random = createRandom(7)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const book = createPriceBook({ version: '1', catalogues: publishedPrices })
  const priced = publishedPrices.flatMap(({ vendor, models }) =>
    models.flatMap(({ model, cards }) =>
      cards.filter(({ timesUtc }) => !timesUtc).map((card) => ({ vendor, model, card })),
    ),
  )
  let wrong = 0
  let recomputed = 0
  for (let index = 0; index < count; index++) {
    const { vendor, model, card } = pick(priced)
    const prices = { ...card.perMillion, ...card.each }
    const per = card.perMillion ? 1_000_000n : 1n
    const meters = Object.keys(prices).filter(() => random() < 0.7)
    // Below the lowest long-context threshold in sum, so that the card's own prices hold.
    const quantities = Object.fromEntries(meters.map((meter) => [meter, BigInt(Math.floor(random() ** 4 * 15_000))]))
    // A Sunday, outside peak hours.
    const at = new Date(
      card.from && card.from > '2026-11-22'
        ? '2027-01-03T12:00:00Z'
        : card.until
          ? '2026-11-22T12:00:00Z'
          : toMoment(card.from),
    )
    const attos = meters.reduce((sum, meter) => sum + (quantities[meter] ?? 0n) * toAttos(prices[meter] ?? '0'), 0n)
    const quote = quoteUsage(book, { vendor, model, tier: card.tier, source: 'provider', quantities }, { at })
    // amount is the smallest whole number of nanos with amount × per ≥ the exact sum.
    const nanos = quote.amount.amountNanos * per * 1_000_000_000n
    if (nanos < attos || nanos - per * 1_000_000_000n >= attos) wrong++
    if (index % 20 > 0) continue
    const again = JSON.parse(JSON.stringify(quote), (key, value) =>
      ['quantity', 'priceNanos', 'per'].includes(key) ? BigInt(value) : value,
    )
    if (sumLines(again.lines).amountNanos.toString() === again.amountNanos) recomputed++
  }
  expect({ wrong, recomputed }).toEqual({ wrong: 0, recomputed: count / 20 })
})

function toMoment(from: string | undefined): string {
  return from ? `${from}T12:00:00Z` : '2020-01-05T12:00:00Z'
}
