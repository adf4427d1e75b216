import type { Money } from './money.ts'

/** `once` has no end. Calendar periods begin at midnight of the zone; weeks on Monday. */
export type CalendarPeriod = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** How long one limit holds. A period begins by itself; nothing is reset. */
export type BudgetPeriod =
  | CalendarPeriod
  | 'once'
  /** Begins on this day: 1 to 7 of a week, 1 to 31 of a month, or of a quarter's or year's first month. A short month's last day stands in. */
  | { readonly every: CalendarPeriod; readonly anchorDay: number }
  /** Every so many seconds, at most ten years, counted from a moment. */
  | { readonly everySeconds: number; readonly from: Date }
  /** A campaign: nothing may be spent before or after it. */
  | { readonly from: Date; readonly to: Date }
  /** The last so many hours at any moment. What was settled counts until it is older, and up to a 240th of the window (a minute at least) longer. */
  | { readonly rollingHours: number }

/** What of all that is spent at or below its parent a budget counts. Both: what has both. */
export interface BudgetMatch {
  /** Who bills it, as quotes name it: `openai`, `x`. */
  readonly vendor?: string
  /** What is billed: a cost that has this meter counts whole. */
  readonly meter?: string
}

/** At which amount an alert is raised. */
export interface AlertRule {
  /** What was spent, or what was spent and is reserved. */
  readonly of: 'settled' | 'committed'
  /** A share of the limit, `0.8`, at most 10, with at most four decimals. Or an amount. */
  readonly at: number | Money
}

/** How much may be spent, in which period. */
export interface BudgetInput {
  /** Absent: count, never refuse. Zero: refuse all that costs. */
  readonly limit?: Money
  /** Of a budget without a limit. Default: the parent's, else `USD`. */
  readonly currency?: string
  /** `hard` refuses; `soft` only counts and alerts. Default `hard`. */
  readonly enforcement?: 'hard' | 'soft'
  readonly period: BudgetPeriod
  /** IANA zone in which the period begins. Default: the parent's, else `UTC`. */
  readonly timeZone?: string
  /**
   * Shares of the limit, `[0.8, 1]`, of what was spent, at which an alert is raised, once per period; or rules. Default 0.5, 0.8, 0.95 and 1 of what was
   * spent, and 1 of what was spent and is reserved.
   */
  readonly alertAt?: readonly (number | AlertRule)[]
  /**
   * Makes it a limit beside its parent's own: besides what is spent from it by name, it counts what is spent at or below its parent and matches, and refuses
   * that, too. `agency/openai` with `{ vendor: 'openai' }`.
   */
  readonly match?: BudgetMatch
  /**
   * What `withReservation()` does while the store does not answer: `closed` refuses, `open` works and books it afterwards, marked `unreserved`. Counts when
   * each level that can refuse is open, as this process saw it last. Default `closed`.
   */
  readonly whileAway?: 'closed' | 'open'
  /** Who set it, for the entries. */
  readonly actor?: string
}

/** What of a budget changes; the rest stays. A limit of null ends the limit. */
export interface BudgetChanges extends Partial<Omit<BudgetInput, 'limit' | 'currency' | 'match'>> {
  readonly limit?: Money | null
}

/** Frozen: nothing new is reserved, all is settled. Closed: no period begins either. */
export type BudgetState = 'open' | 'frozen' | 'closed'

/** A budget in one period. `available = limit + carriedIn − reserved − settled`. */
export interface BudgetBalance {
  /** `agency/ada`: the path is the name, and what is spent counts at each level of it. */
  readonly budget: string
  readonly state: BudgetState
  readonly limit: Money | null
  readonly enforcement: 'hard' | 'soft'
  readonly reserved: Money
  readonly settled: Money
  /** Null without a limit. Below zero: overdrawn by what was settled late, above its estimate or unreserved. */
  readonly available: Money | null
  /** In which the period begins. */
  readonly timeZone: string
  /** Of a rolling window: since when it counts. */
  readonly startsAt: Date
  /** When it renews, or when a campaign is over; null for `once`, and for a rolling window, which renews all the time. */
  readonly endsAt: Date | null
  /** Of a budget that counts some of what is spent at or below its parent. */
  readonly match?: BudgetMatch
}

/** A budget in one period, and whether what was reserved in it may still move its sums. */
export interface PeriodBalance extends BudgetBalance {
  /** A reservation of it is open, or expired after its call with an assumed cost that nobody settled yet. What comes late is booked also when false. */
  readonly provisional: boolean
}
