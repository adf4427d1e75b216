import type { AccountId, AgencyId, CreatorId, PartId, PublicationId } from '../model/ids.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { Counters, PublishedPart } from '../platform/platform-metrics.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import type { AccountMetricSample, MetricSample } from './metrics.ts'
import type { KnownWindow } from './metrics-pause.ts'

/** One part whose time to be measured has come. */
export interface DuePart {
  /** Of the part. */
  readonly id: PartId
  readonly publicationId: PublicationId
  readonly partIndex: number
  /** Epoch milliseconds. */
  readonly publishedAt: number
  /** The age that was measured last; 0 for none. */
  readonly measuredMs: number
  readonly failures: number
  /** When a read first said that the post is gone; null while it is there. */
  readonly goneSince: number | null
}

interface DueBatchBase {
  readonly agencyId: AgencyId
  readonly accountId: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  /** The database's clock, epoch milliseconds. */
  readonly now: number
}

/** Work of one account, taken for a while. */
export type DueBatch = DueBatchBase &
  (
    | { readonly kind: 'parts'; readonly parts: readonly DuePart[] }
    | { readonly kind: 'account'; readonly failures: number }
  )

/** What became of one part of a batch. */
export interface PartMeasured {
  readonly part: DuePart
  /** Stored once for its age; null: nothing was read. */
  readonly sample: { readonly ageMs: number; readonly counters: Counters } | null
  /** When to come again; null: never. */
  readonly next: { readonly dueAt: number; readonly measuredMs: number } | null
  readonly failures: number
  readonly goneSince: number | null
}

/** Series of what platforms count. Parts and accounts are enrolled by the store when a part becomes published. */
export interface MetricsStore {
  /** Takes what is due of one account of the platform, oldest first; of one agency or of all. Null when nothing is. */
  takeDue(
    platform: string,
    options: { readonly limit: number; readonly leaseMs: number; readonly agencyId?: AgencyId },
  ): Promise<DueBatch | null>
  /** Milliseconds until something is due on one of these platforms; null when nothing waits. */
  nextDueInMs(platforms: readonly string[], options?: { readonly agencyId?: AgencyId }): Promise<number | null>
  /** The parts of a publication that are live with a known id. */
  readLive(agencyId: AgencyId, publicationIds: readonly PublicationId[]): Promise<readonly LivePart[]>
  /** Whose counters they are, for platforms whose tokens reach several accounts. */
  readOwner(agencyId: AgencyId, accountId: AccountId): Promise<CallContext['account'] | undefined>
  /** Allowances that reading counters uses, of the account, its app and the address. */
  readWindows(agencyId: AgencyId, accountId: AccountId): Promise<readonly KnownWindow[]>
  /** Keeps what answers said about limits. */
  saveWindows(agencyId: AgencyId, accountId: AccountId, windows: readonly RateWindow[]): Promise<void>
  saveParts(agencyId: AgencyId, measured: readonly PartMeasured[]): Promise<void>
  /** `counters` null: nothing was read. */
  saveAccount(
    batch: DueBatchBase,
    result: { readonly counters: Counters | null; readonly dueAt: number; readonly failures: number },
  ): Promise<void>
  samplesOf(agencyId: AgencyId, publicationId: PublicationId): Promise<readonly MetricSample[]>
  accountSamples(
    agencyId: AgencyId,
    accountId: AccountId,
    window: { readonly since: number | null; readonly limit: number },
  ): Promise<readonly AccountMetricSample[]>
}

export interface LivePart {
  readonly publicationId: PublicationId
  readonly partIndex: number
  readonly accountId: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly part: PublishedPart
  /** The database's clock, epoch milliseconds. */
  readonly now: number
}
