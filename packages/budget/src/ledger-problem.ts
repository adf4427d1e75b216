/**
 * What went wrong behind the callers' backs. `settlement_waits`: the store is away, it is tried again until `close()`. `settlement_lost`: it was given up; what
 * its reservation holds is booked when that expires. `settlement_refused`: the books say something else of this reservation. `sweep_failed`: what has expired
 * could not be ended; tried again within a minute. `unreserved_work`: the store is away and the budget is open, so work began that is booked afterwards.
 */
export interface LedgerProblem {
  readonly code: 'settlement_waits' | 'settlement_lost' | 'settlement_refused' | 'sweep_failed' | 'unreserved_work'
  /** Null: of no single one. */
  readonly tenant: string | null
  readonly reservation: string | null
  /** A sentence for a log. */
  readonly message: string
  readonly cause: unknown
}
