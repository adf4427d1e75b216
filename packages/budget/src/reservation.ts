import type { BudgetBalance } from './budget.ts'
import type { Money } from './money.ts'
import type { Quote } from './quote.ts'

/** What is asked for before the work begins. */
export interface ReservationRequest {
  /** `agency/ada`: reserved there and in `agency`, all or nothing. */
  readonly budget: string
  /** Most that the work may cost; a quote keeps with it how that was computed. Zero is free, and passes an exhausted budget. */
  readonly amount: Money | Quote
  /** The caller's own id: the same id and request return the same reservation. Default: a new one. */
  readonly id?: string
  /** Who bills it, for budgets that match a vendor. Default: the quote's. */
  readonly vendor?: string
  /** What is billed, for budgets that match a meter. Default: the meters of the quote's lines. */
  readonly meter?: string
  /** After this time without a settlement the amount is available again. Default ten minutes, at most 40 days. */
  readonly lifetimeMs?: number
  /**
   * What is booked when it expires after `dispatch()`, because the work may have cost something that nobody settled: the whole amount (`bound`, the
   * default), nothing (`none`), or that much. One that was never dispatched costs nothing.
   */
  readonly ifLost?: 'bound' | 'none' | Money
  /** The call is made right after this, so that a lost process leaves a cost: as if `dispatch()` had been called. Default false. */
  readonly dispatched?: true
  /** Kept with the entry: what the money is for, such as a publication's id. */
  readonly reference?: string
  /** Ends the wait; nothing stays reserved. */
  readonly signal?: AbortSignal
}

export type ReservationState = 'open' | 'settled' | 'released' | 'expired'

/**
 * What is out of the ordinary: `late` (settled after it had expired or been released), `over` (more than was reserved), `unreserved` (settled without a
 * reservation), `provisional` (expired after its call; the cost is the policy's, until it is settled).
 */
export type ReservationMark = 'late' | 'over' | 'unreserved' | 'provisional'

/** An amount that is set aside. Ends once: settled, released or expired. A late settlement is still counted, and marked. */
export interface Reservation {
  readonly id: string
  readonly budget: string
  readonly amount: Money
  readonly state: ReservationState
  /** What was booked. Null while nothing was. */
  readonly settled: Money | null
  readonly marks: readonly ReservationMark[]
  readonly expiresAt: Date
  /** Each level after the operation, the root first. */
  readonly levels: readonly BudgetBalance[]
}

/** A settlement that brings its own path, for work that was not reserved or whose reservation was lost. */
export interface RecordRequest {
  /** Makes it happen once. Of a reservation, when there may be one. Default: a new one. */
  readonly id?: string
  readonly budget: string
  readonly cost: Money | Quote
  /** As of a reservation: for budgets that match a vendor or a meter. */
  readonly vendor?: string
  readonly meter?: string
  readonly reference?: string
}

/** Takes a reservation further while its work goes on. */
export interface ExtendRequest {
  /** From now. Default: the reservation's own lifetime. */
  readonly lifetimeMs?: number
  /** More than before; checked like a reservation. */
  readonly by?: Money
  /** Makes `by` happen once. Needed with it. */
  readonly key?: string
}

/** Corrects what was booked: the old entries stay. */
export interface AdjustmentRequest {
  /** Makes it happen once. */
  readonly id: string
  /** Of a reservation, in the periods of its own; or else of a budget, in the present ones. */
  readonly of: { readonly reservation: string } | { readonly budget: string }
  /** What is added to the settled amount; below zero for a refund. */
  readonly by: Money
  readonly reason: string
  /** Who did it. */
  readonly actor?: string
}
