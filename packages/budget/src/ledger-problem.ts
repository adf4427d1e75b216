/**
 * What went wrong behind the callers' backs. `settlement_waits`: the store is away, it is tried again until `close()`. `settlement_lost`: it was given up; what
 * its reservation holds is booked when that expires. `settlement_refused`: the books say something else of this reservation.
 */
export interface LedgerProblem {
  readonly code: 'settlement_waits' | 'settlement_lost' | 'settlement_refused'
  readonly tenant: string
  readonly reservation: string
  /** A sentence for a log, with the amount. */
  readonly message: string
  readonly cause: unknown
}
