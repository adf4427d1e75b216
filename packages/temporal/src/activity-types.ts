import type { EngineAnswer } from '@ofm-social/core'

/** What the workflow of a publication may call. Ids go in; no secret, text or platform answer comes out. */
export interface PublicationActivities {
  /** Takes a publication as far as it goes now. `waitMs` null: until the workflow is signaled. */
  advance(publicationId: string): Promise<EngineAnswer>
}

/** What keeps an installation going, beside its publications. */
export interface TendingActivities {
  /** Tells Temporal of everything that is due within a time. */
  tellDue(options: { readonly dueWithinMs: number }): Promise<{ readonly told: number }>
  /** Has what is overdue told again: its workflow is gone. */
  reclaimOverdue(): Promise<{ readonly reclaimed: number }>
  renewConnections(): Promise<{ readonly asked: number }>
  collectMetrics(): Promise<{ readonly read: number }>
}
