/** A rule of the books that does not hold, and where. */
export interface LedgerFinding {
  readonly rule: 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6'
  /** `agency/ada 2026-11-01`, or a reservation's id. */
  readonly where: string
  readonly message: string
}

/** The answer of `checkLedger()`. */
export interface LedgerCheck {
  readonly ok: boolean
  readonly findings: readonly LedgerFinding[]
  readonly periods: number
  readonly entries: number
  readonly openReservations: number
  /** Settlements for ids that nobody reserved, without a budget: kept, not booked. */
  readonly unmatched: number
}
