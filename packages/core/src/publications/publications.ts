import type { Page } from '../creators/creators.ts'
import type { Hold } from '../model/hold.ts'
import type { AccountId, CreatorId, PostId, PublicationId } from '../model/ids.ts'
import type { AttemptVerdict, EvidenceRecord, PartState, PublicationState } from '../model/publication.ts'
import type { Progress, Reason } from '../platform/outcome.ts'
import type { PartKind } from '../platform/part-request.ts'

/** One post on one destination, with everything that explains it. */
export interface Publication {
  readonly id: PublicationId
  readonly postId: PostId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
  readonly platform: string
  readonly target: string | null
  readonly state: PublicationState
  readonly run: number
  readonly revision: number
  readonly dueAt: Date
  readonly latestBy: Date
  readonly cancelRequestedAt: Date | null
  readonly hold: (Omit<Hold, 'until'> & { readonly until: Date | null }) | null
  readonly reason: Reason | null
  readonly removedBy: 'us' | 'author' | 'platform' | null
  /** Of the first part. */
  readonly url: string | null
  readonly parts: readonly PublicationPart[]
  readonly createdAt: Date
  readonly publishedAt: Date | null
}

export interface PublicationPart {
  readonly index: number
  readonly kind: PartKind
  readonly state: PartState
  readonly text: string
  readonly externalId: string | null
  readonly url: string | null
  readonly reason: Reason | null
  readonly progress: Progress | null
  readonly nextLookAt: Date | null
  readonly attempts: readonly PublicationAttempt[]
  /** What looks have found, over all attempts, oldest first. */
  readonly evidence: readonly (Omit<EvidenceRecord, 'at'> & { readonly at: Date; readonly attempt: number })[]
}

export interface PublicationAttempt {
  readonly number: number
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly fingerprint: string
  readonly request: string | null
  readonly outcome: 'open' | 'processing' | 'unknown' | AttemptVerdict
  readonly error: string | null
  /** What it was sent with: most that it may cost, look-ups included, and where the ledger keeps that. Null where nothing was reserved. */
  readonly reserved: { readonly usd: string; readonly budget: string; readonly reservation: string } | null
}

/** One row of the append-only history. */
export interface HistoryEntry {
  readonly id: string
  readonly at: Date
  readonly type: string
  readonly by: string
  readonly partIndex: number | null
  readonly reason: Reason | null
  /** What the type says more: from what to what, until when. Moments are dates. */
  readonly details: Readonly<Record<string, unknown>>
}

export interface PublicationFilter {
  readonly state?: PublicationState | readonly PublicationState[]
  readonly creator?: string
  readonly account?: string
  readonly platform?: string
  readonly post?: string
  readonly held?: boolean
}

export interface BulkResult {
  readonly id: string
  readonly result: 'done' | 'refused'
  readonly reason?: Reason
}

export interface Publications {
  get(id: string): Promise<Publication>
  list(query?: PublicationFilter & { readonly limit?: number; readonly after?: string }): Promise<Page<Publication>>
  history(id: string): Promise<readonly HistoryEntry[]>
  /** A person saw it live: binds the id. Only from `needs_attention`, after one fresh look. */
  confirm(
    id: string,
    answer: { readonly externalId: string; readonly url?: string; readonly part?: number; readonly by?: string },
  ): Promise<Publication>
  confirm(
    answers: readonly {
      readonly id: string
      readonly externalId: string
      readonly url?: string
      readonly part?: number
    }[],
    options?: { readonly by?: string },
  ): Promise<readonly BulkResult[]>
  /** Sends again from `needs_attention`, `refused`, `missed` or `incomplete`, as a new run that continues at the failing part. */
  retry(id: string, options?: { readonly by?: string }): Promise<Publication>
  retry(
    filter: PublicationFilter & { readonly limit: number },
    options?: { readonly by?: string },
  ): Promise<readonly BulkResult[]>
  /** Ends a publication that asks. Proof that it is live still moves it to published. */
  giveUp(id: string, options?: { readonly by?: string }): Promise<Publication>
  giveUp(
    filter: PublicationFilter & { readonly limit: number },
    options?: { readonly by?: string },
  ): Promise<readonly BulkResult[]>
  /** Asks the engine to take the live parts off the platform, last to first. */
  remove(id: string, options?: { readonly by?: string }): Promise<Publication>
}
