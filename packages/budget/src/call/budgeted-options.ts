import type { TokenCounter } from '../estimate/count-tokens.ts'
import type { UsageHistory } from '../estimate/usage-history.ts'
import type { TenantLedger } from '../ledger.ts'
import type { Money } from '../money.ts'
import type { PriceBook } from '../prices/price-book.ts'

export interface BudgetedOptions {
  /** Or one tenant's, `ledger.forTenant('agency-7')`. */
  readonly ledger: Pick<TenantLedger, 'withReservation' | 'extend'>
  /** `agency/ada`. */
  readonly budget: string
  /** Kept with the entries, such as a campaign's or a request's id. */
  readonly reference?: string
  /** Default: `publishedPrices`. */
  readonly prices?: PriceBook
  /** Who bills the calls, as the prices name it. Default: by the model's provider, `openai.responses` is `openai`. */
  readonly vendor?: string
  /** What a call of a model without a price reserves and costs. Default: it is refused as `price_unknown`. */
  readonly unknownModel?: Money
  /** Written into requests that state no bound of their own. Default: the model's own limit, which reserves much. */
  readonly outputTokensMax?: number
  /** Default: an estimate from above, without tables. */
  readonly countTokens?: TokenCounter
  /** What counts are multiplied with. Default 1.25; 1.6 for Anthropic, whose models count more tokens. */
  readonly inputFactor?: number
  /** Tiers that may serve calls that name none; the dearest is reserved. Default `['standard']`. */
  readonly tiers?: readonly string[]
  /** Where the calls are served, if that costs more: `eu` or `us` for OpenAI's regional processing. What a request or an answer says wins. */
  readonly region?: string
  /** Uses of a search tool that states no limit of its own. Default 10. */
  readonly searchesMax?: number
  /** Told what each call needed, against what was counted: says by what `inputFactor` may be lowered. */
  readonly history?: UsageHistory
  /** Reserves what this share of past calls needed, extends while a stream runs, and ends it when that is refused. Absent: the upper bound is reserved. */
  readonly expected?: {
    readonly history: UsageHistory
    /** Default 0.95. */
    readonly share?: number
  }
  /**
   * What happens with a call whose caller went away. `drain`: it is read to its end in the background, for `drainMs` at most, then counted. `count`: it is
   * ended, and what came until then is counted. `bound`: it is ended, and the whole reservation is settled. Default `drain`.
   */
  readonly afterAbort?: 'drain' | 'count' | 'bound'
  /** Default 30,000. */
  readonly drainMs?: number
  /** Calls of one ledger that are read to their end at one time; more are counted. Default 100. */
  readonly drainsMax?: number
  /** A stream of which nobody asks for a part for so long has lost its reader: its caller is taken for gone. Default 300,000. */
  readonly unreadMs?: number
  /** What could not be settled exactly, and why. Never thrown at the caller, who has the answer already. */
  readonly onProblem?: (problem: BudgetedProblem) => void
}

export interface BudgetedProblem {
  readonly vendor: string
  readonly model: string
  readonly message: string
  readonly cause?: unknown
}
