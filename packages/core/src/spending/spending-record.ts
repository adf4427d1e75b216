import type { PricedUse } from './priced-use.ts'

/** What an attempt may cost, and where that is reserved: stored with it, so that its settlement can be computed again. JSON. */
export interface SpendingRecord {
  /** The agency, as the ledger's tenant; null for the default one. */
  readonly tenant: string | null
  readonly budget: string
  /** Id of the reservation. */
  readonly reservation: string
  /** The write and its uploads. */
  readonly publish: readonly PricedUse[]
  /** What finding out may cost on top, when the outcome stays unknown. */
  readonly lookUps: readonly PricedUse[]
}
