import type { Money } from './money.ts'

/** A budget crossed one of its thresholds, by what was spent or because its limit was lowered: then `before` is `after`. At most once per crossing; delivered at least once, with the same id. */
export interface Alert {
  readonly id: string
  readonly budget: string
  readonly at: Date
  /** `settled 80%`, `committed 100%`, `settled 12.00 USD`. */
  readonly rule: string
  readonly of: 'settled' | 'committed'
  readonly threshold: Money
  readonly before: Money
  readonly after: Money
  readonly limit: Money | null
  readonly available: Money | null
  readonly periodStartsAt: Date
  readonly periodEndsAt: Date | null
  /** The budgets right below that took most of it, at most three: creators of an agency, campaigns of a creator. As of when the alert is read. */
  readonly contributors: readonly { readonly budget: string; readonly amount: Money }[]
  /** The models that took most of what was settled with a quote, at most three; by the newest 20,000 entries, as of when the alert was first read. */
  readonly models: readonly { readonly vendor: string; readonly model: string; readonly amount: Money }[]
}

export interface AlertFilter {
  /** Default 100, at most 1,000. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

export interface AlertPage {
  readonly items: readonly Alert[]
  /** Null at the end. */
  readonly next: string | null
}
