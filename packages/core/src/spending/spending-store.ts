import type { AgencyId, AttemptId, CreatorId, PublicationId } from '../model/ids.ts'
import type { AttemptRecord } from '../model/publication.ts'
import type { Settlement } from './settlement.ts'

/** An attempt whose reservation has to be extended, settled or released. */
export interface DueSpending {
  readonly agencyId: AgencyId
  readonly publicationId: PublicationId
  readonly attemptId: AttemptId
  /** What `finish` must have seen. */
  readonly turn: number
  /** What the ledger was told, or was about to be told. */
  readonly booked: BookedSettlement | null
  /** The database's clock, epoch milliseconds. */
  readonly now: number
}

/** A settlement as it is told to the ledger. `beforeNanos`: what had been settled when a later word changed it. */
export interface BookedSettlement extends Settlement {
  readonly beforeNanos: bigint | null
}

/** Which attempts are not settled yet: a row for each whose S2 committed with a reservation. Each method is one transaction. */
export interface SpendingStore {
  /** Takes what is due; others leave it alone for `leaseMs`, then it comes again. */
  takeDue(options: {
    readonly limit: number
    readonly leaseMs: number
    readonly agencyId?: AgencyId
  }): Promise<readonly DueSpending[]>
  readAttempt(due: DueSpending): Promise<AttemptRecord | null>
  /** Before the ledger is told. False: a later verdict came, and the row is due again. */
  book(due: DueSpending, settlement: BookedSettlement): Promise<boolean>
  /** Null: all is booked. Nothing when a later verdict came. */
  finish(due: DueSpending, dueInMs: number | null): Promise<void>
  /** Milliseconds until something is due; null when nothing is. */
  nextDueInMs(options?: { readonly agencyId?: AgencyId }): Promise<number | null>
  /** The app's own id of it. */
  readAgency(agencyId: AgencyId): Promise<string>
  /** The app's own ids. */
  readSpender(agencyId: AgencyId, creatorId: CreatorId): Promise<{ readonly agency: string; readonly creator: string }>
}
