import type { BudgetedOptions } from '../call/budgeted-options.ts'
import type { Money } from '../money.ts'

/** `fetch`, as the clients of OpenAI and Anthropic take it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface BudgetedFetchOptions extends BudgetedOptions {
  /** What really sends. Default: the platform's `fetch`. */
  readonly fetch?: Fetch
  /**
   * What a request costs whose price is not known, such as one for a picture or an embedding. Default: it is refused as `price_unknown`. Reading, deleting,
   * counting and storing is free and always passes.
   */
  readonly unknownEndpoint?: Money
}
