import type { Money } from './money.ts'

/** How much may be spent, in which period. */
export interface BudgetInput {
  /** Absent: count, never refuse. Zero: refuse all that costs. */
  readonly limit?: Money
  /** A period begins by itself; nothing is reset. `once` has no end. */
  readonly period: 'day' | 'week' | 'month' | 'quarter' | 'year' | 'once'
  /** IANA zone in which the period begins. Default: the parent's, else `UTC`. */
  readonly timeZone?: string
  /** Shares of the limit, `[0.8, 1]`, at which an alert is raised, once per period. */
  readonly alertAt?: readonly number[]
}

/** A budget in its present period. `available = limit − reserved − settled`. */
export interface BudgetBalance {
  /** `agency/ada`: the path is the name, and what is spent counts at each level of it. */
  readonly budget: string
  readonly limit: Money | null
  readonly reserved: Money
  readonly settled: Money
  /** Null without a limit. */
  readonly available: Money | null
  readonly startsAt: Date
  /** When it renews; null for `once`. */
  readonly endsAt: Date | null
}
