import { publishedPrices, publishedPricesVersion } from '../catalogue/published-prices.ts'
import { countTokens } from '../estimate/count-tokens.ts'
import type { LedgerHost } from '../ledger-host.ts'
import { createPriceBook, type PriceBook } from '../prices/price-book.ts'
import type { BudgetedOptions } from './budgeted-options.ts'

/** Options with their defaults, and what all calls of one wrapped model share. */
export interface CallSettings extends BudgetedOptions {
  readonly prices: NonNullable<BudgetedOptions['prices']>
  readonly countTokens: NonNullable<BudgetedOptions['countTokens']>
  readonly tiers: readonly string[]
  readonly searchesMax: number
  readonly afterAbort: 'drain' | 'count' | 'bound'
  readonly drainMs: number
  readonly drainsMax: number
  readonly unreadMs: number
  readonly host: Pick<LedgerHost, 'now' | 'after'>
  /** Calls without a caller that are read to their end now, of all models of the ledger. */
  readonly drains: { open: number }
}

export function createCallSettings(options: BudgetedOptions, host: Pick<LedgerHost, 'now' | 'after'>): CallSettings {
  return {
    ...options,
    prices: options.prices ?? getPublishedBook(),
    countTokens: options.countTokens ?? countTokens,
    tiers: options.tiers ?? ['standard'],
    searchesMax: options.searchesMax ?? 10,
    afterAbort: options.afterAbort ?? 'drain',
    drainMs: options.drainMs ?? 30_000,
    drainsMax: options.drainsMax ?? 100,
    unreadMs: options.unreadMs ?? 300_000,
    host,
    drains: getDrains(options.ledger),
  }
}

let publishedBook: PriceBook | null = null

/** Made once: apps wrap a model for each request, because the budget differs. */
function getPublishedBook(): PriceBook {
  publishedBook ??= createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
  return publishedBook
}

const drainsByLedger = new WeakMap<BudgetedOptions['ledger'], CallSettings['drains']>()

function getDrains(ledger: BudgetedOptions['ledger']): CallSettings['drains'] {
  const drains = drainsByLedger.get(ledger) ?? { open: 0 }
  drainsByLedger.set(ledger, drains)
  return drains
}
