import type { TortureTarget } from './torture-database.ts'

/** What a worker is told. */
export interface WorkerTask {
  readonly target: TortureTarget
  /** Ids carry it: no two workers of a run have the same, also one that stands in for a killed one. */
  readonly worker: number
  readonly seed: number
  /** So many ledgers in this process, each as if it were a process of its own. */
  readonly ledgers: number
  /** Operations at a time of each ledger. */
  readonly inFlight: number
}

/** Something that the ledger confirmed: it may never be forgotten, and never be answered otherwise. */
export interface Confirmation {
  readonly kind: 'reserve' | 'settle' | 'release' | 'adjust'
  readonly tenant: string
  readonly id: string
  /** Nano-units. */
  readonly amount: string
}

/** What a worker tells: how many operations it made, and what was confirmed. `failure`: an answer that must not be. */
export interface WorkerReport {
  readonly operations: number
  readonly confirmations: readonly Confirmation[]
  readonly failure?: string
}
