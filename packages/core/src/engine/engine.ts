import type { CollectMetrics } from '../metrics/collect-metrics.ts'
import type { HandoverStore } from './handover-store.ts'
import type { RenewConnections } from './renew-connections.ts'

/** When to look again: after `waitMs`, null on a change only; or never. */
export type EngineAnswer =
  | { readonly waitMs: number | null; readonly done?: undefined; readonly preparation?: undefined }
  /** The next step brings many bytes to the platform, and was not asked for. */
  | { readonly waitMs: 0; readonly preparation: 'long'; readonly done?: undefined }
  | { readonly done: true; readonly waitMs?: undefined; readonly preparation?: undefined }

/** What an engine calls. It waits and asks; every verdict is given here, by the database. */
export interface SocialEngine {
  /** The platforms whose publications can be advanced in this process, and how long one write on each may take. */
  readonly platforms: readonly { readonly platform: string; readonly publishTimeoutMs: number }[]
  /** One step of a publication. `waitMs` null: until changed. */
  advance(
    publicationId: string,
    options?: {
      /** Aborts preparations and look-ups; a write that has begun is awaited. */
      readonly signal?: AbortSignal
      /** `short`: a preparation that takes long is left to a caller that takes all (default). */
      readonly preparations?: 'all' | 'short'
    },
  ): Promise<EngineAnswer>
  /** Reads the metrics that are due, for at most so long; the signal ends a read at once. */
  readonly collectMetrics: CollectMetrics
  /** Renews permissions ahead of their end, and notices the ones that were withdrawn. */
  readonly renewConnections: RenewConnections
  /**
   * Books what was spent and hands events to the handlers of this process, as `social.start()` does, until it is stopped: for a process that takes steps of a
   * durable engine, whether or not it is started otherwise.
   */
  followUp(): { stop(options?: { readonly graceMs?: number }): Promise<void> }
  /** What a durable engine still has to be told. */
  readonly handover: HandoverStore
}
