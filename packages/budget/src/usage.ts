import type { Money } from './money.ts'

/** Where a quantity comes from: the provider's own answer, what we counted, or what we expected. */
export type UsageSource = 'provider' | 'counted' | 'estimated'

/** What a call used, in one shape for all vendors. Missing is absent; an explicit zero is zero. */
export interface Usage {
  /** `openai`, `anthropic`, `x`, `own-media`: who bills it. */
  readonly vendor: string
  /** The id that the answer named. */
  readonly model: string
  /** That id, where the prices do not know it and the model that was asked for is priced instead. */
  readonly answeredBy?: string
  /** The tier that served the call: `standard`, `batch`, `flex`, `priority`. Null: not said. */
  readonly tier: string | null
  /** The region that served the call, where the answer names one: some cost more. */
  readonly region?: string
  /** Whole units by leaf meter: cached input is not part of `input` here. */
  readonly quantities: Readonly<Record<string, bigint>>
  readonly source: UsageSource
  /** What the provider itself says that the call did cost: a second opinion. What is settled follows from quantities and prices. */
  readonly saidCost?: Money
  /** The provider's own object, as JSON; kept for disputes. */
  readonly raw?: unknown
}
