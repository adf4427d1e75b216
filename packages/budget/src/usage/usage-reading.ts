import type { Usage } from '../usage.ts'

/** What an answer says about its usage. */
export interface UsageReading {
  readonly usage: Usage
  /** Calls of other models within the same call, such as an advisor's: billed at their own prices. */
  readonly others: readonly Usage[]
  /** What does not add up. The larger reading was taken; a person should look. */
  readonly problems: readonly string[]
}

/** Whose answer it is. What the answer itself names wins. */
export interface UsageContext {
  readonly vendor: string
  /** The model that was asked for. */
  readonly model: string
  /** The tier that was asked for, when the answer does not say. */
  readonly tier?: string
}
