import type { PublicationId } from '../model/ids.ts'

/** A publication that a durable engine must be told of. */
export interface Handover {
  readonly publicationId: PublicationId
  readonly platform: string
  /** Rises whenever an ended publication gets work again. */
  readonly run: number
  /** Zero: now. */
  readonly dueInMs: number
  /** Whether the engine was told of an earlier time already, so that something may wait for it there. */
  readonly known: boolean
  /** The time that this is about, for `settle`. */
  readonly runAt: number
}

/**
 * What a durable engine (Temporal) still has to be told. The row that says when a publication is looked at next also says which time the engine was told:
 * as long as the two differ, the engine owes a look, however long it is away. Each method is one transaction; the clock is the database's.
 */
export interface HandoverStore {
  /**
   * Takes, soonest first, what is due within a time and was not told. Others leave it alone for `leaseMs`; without `settle` it comes again. What somebody
   * works on this moment is left to them, and what somebody has given back just now: he looks at it next, and says with `keep` when he no longer does.
   */
  take(options: {
    readonly dueWithinMs: number
    readonly limit: number
    readonly leaseMs: number
  }): Promise<readonly Handover[]>
  /** The engine knows of these. A time that was changed meanwhile stays untold. */
  settle(told: readonly Pick<Handover, 'publicationId' | 'runAt'>[]): Promise<void>
  /** What took these could not tell them: they may be taken again at once. */
  giveBack(untold: readonly Pick<Handover, 'publicationId'>[]): Promise<void>
  /**
   * Called by who has just looked at a publication and would wait for it: milliseconds to wait (for
   * what somebody else works on: until he must be done), which then count as told. Null: nothing to wait for within
   * that time; it is told anew when something is.
   */
  keep(publicationId: string, dueWithinMs: number): Promise<number | null>
  /** Ends a lease of this owner, who works on it no longer. Answers whether there was one. */
  free(publicationId: string, owner: string): Promise<boolean>
  /** Counts as untold what is overdue although it was told that long ago: whoever was to look is gone. Answers how many. */
  reclaim(options: { readonly overdueMs: number; readonly toldAgoMs: number; readonly limit: number }): Promise<number>
}
