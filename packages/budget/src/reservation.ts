import type { Money } from './money.ts'

/** What is asked for before the work begins. */
export interface ReservationRequest {
  /** `agency/ada`: reserved there and in `agency`, all or nothing. */
  readonly budget: string
  readonly amount: Money
  /** The caller's own id: the same id and request return the same reservation. Default: a new one. */
  readonly id?: string
  /** After this time without a settlement the amount is available again. Default ten minutes. */
  readonly lifetimeMs?: number
}

/** An amount that is set aside. Ends once: settled, released or expired. A late settlement is still counted, and marked. */
export interface Reservation {
  readonly id: string
  readonly budget: string
  readonly amount: Money
  readonly state: 'open' | 'settled' | 'released' | 'expired'
  readonly settled: Money | null
  readonly expiresAt: Date
}
