import type { Money } from './money.ts'
import type { ReservationMark } from './reservation.ts'

export type EntryKind =
  | 'reserve'
  | 'dispatch'
  | 'extend'
  | 'settle'
  | 'release'
  | 'expire'
  | 'adjust'
  | 'period'
  | 'limit'
  | 'state'
  /** Taken off a rolling window, because it is older than the window. */
  | 'roll'

/** One line of the books. Never changed; a balance is the sum of its entries. */
export interface Entry {
  /** Grows with time within a period. */
  readonly position: bigint
  readonly kind: EntryKind
  readonly budget: string
  /** What it did to `reserved` and `settled` at each level of the path. */
  readonly reservedChange: Money
  readonly settledChange: Money
  readonly reservation: string | null
  readonly marks: readonly ReservationMark[]
  readonly at: Date
  readonly actor: string | null
  readonly reason: string | null
  readonly reference: string | null
  /** The quote of a reservation or the usage of a settlement, as stored; other details of what changed. */
  readonly details: unknown
  toJSON(): unknown
}

export interface EntryFilter {
  /** Of this budget and all below it. */
  readonly budget?: string
  readonly reservation?: string
  /** Default 100, at most 1,000. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

export interface EntryPage {
  readonly items: readonly Entry[]
  /** Null at the end. */
  readonly next: string | null
}
