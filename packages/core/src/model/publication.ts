import type { Evidence, Progress, Reason } from '../platform/outcome.ts'
import type { PartKind } from '../platform/part-request.ts'
import type { SpendingRecord } from '../spending/spending-record.ts'
import type { Hold } from './hold.ts'
import type { AccountId, AgencyId, AttemptId, CreatorId, PartId, PostId, PublicationId } from './ids.ts'

/** States of one post on one destination. `docs/concepts/publication.md` draws the moves. */
export const PUBLICATION_STATES = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'preparing',
  'ready',
  'publishing',
  'needs_attention',
  'published',
  'delivered',
  'incomplete',
  'refused',
  'given_up',
  'missed',
  'canceled',
  'removed',
] as const

export type PublicationState = (typeof PUBLICATION_STATES)[number]

/** States of one public write. */
export type PartState =
  | 'waiting'
  | 'publishing'
  | 'processing'
  | 'unknown'
  | 'needs_attention'
  | 'published'
  | 'delivered'
  | 'refused'
  | 'given_up'
  | 'removed'

/** What closed an attempt. `absent`: proven not to have happened. */
export type AttemptVerdict = 'published' | 'delivered' | 'refused' | 'not_sent' | 'absent'

/**
 * The aggregate that `nextStep` and the transitions work on: plain data, times in epoch milliseconds of the database's clock. Never
 * changed in place; a transition returns a new one in which untouched parts and attempts are the same objects.
 */
export interface PublicationRecord {
  readonly id: PublicationId
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
  readonly postId: PostId
  readonly platform: string
  readonly target: string | null
  readonly state: PublicationState
  /** Rises whenever an ended publication gets work again. Starts at 1. */
  readonly run: number
  /** Row version; raised by every command and every stored result. */
  readonly version: number
  /** The revision of the post that is pinned. */
  readonly revision: number
  readonly revisionHash: string
  readonly approval: 'none' | 'required'
  readonly approvedHash: string | null
  readonly dueAt: number
  /** After this moment a post that is not out becomes `missed`. */
  readonly latestBy: number
  /** How early before it is due its parts should be prepared, in milliseconds. */
  readonly leadMs: number
  readonly cancelRequestedAt: number | null
  readonly removeRequestedAt: number | null
  /** Set when a resume released it, or when it became due during a pause or an outage: spacing applies. */
  readonly spaced: boolean
  readonly hold: Hold | null
  /** Why it ended, or what it asks. */
  readonly reason: Reason | null
  readonly removedBy: 'us' | 'author' | 'platform' | null
  readonly parts: readonly PartRecord[]
}

export interface PartRecord {
  readonly id: PartId
  readonly index: number
  readonly kind: PartKind
  readonly state: PartState
  /** See `PlatformAdapter.likeness`. */
  readonly likeness: string | null
  /** Became unknown although a look-alike had gone out since: both are out at once, until a listing or a person tells them apart. */
  readonly yields: boolean
  /** SHA-256 of the canonical request; binds checkpoint and uploads. */
  readonly fingerprint: string
  readonly preparation: PreparationRecord
  readonly externalId: string | null
  readonly url: string | null
  readonly reason: Reason | null
  /** For `processing`. */
  readonly handle: string | null
  readonly handleDeadlineAt: number | null
  /** Whether the event `slow` has been raised for the present handle. */
  readonly slowRaised: boolean
  /** Next moment to look or to ask, for `unknown`, `processing`, `needs_attention` and `published` without an id. */
  readonly nextLookAt: number | null
  /** Answered look-ups since the part last left `waiting`. */
  readonly looks: number
  /** When look-ups began to fail without an answer between; null while they answer. */
  readonly lookFailingSince: number | null
  /** `prepare_again`, `not_accepted` and failing steps in a row; bounded. */
  readonly preparedAgain: number
  readonly notAccepted: number
  readonly unauthorized: number
  readonly failures: number
  /** Not before this moment, after a refusal that passes. */
  readonly notBefore: number | null
  /** Begin of the look that said the handle lives and was not used; null once a new attempt uses it. */
  readonly unusedAt: number | null
  /** Used up when `afterUnknown: 'repeat_once'` has repeated. */
  readonly repeatedOnce: boolean
  /** When the part began to wait for its parent's id. */
  readonly parentWaitSince: number | null
  readonly attempts: readonly AttemptRecord[]
}

/** Bytes on the platform, for one revision. */
export interface PreparationRecord {
  /** `none` where nothing was uploaded (yet). */
  readonly status: 'none' | 'running' | 'prepared'
  readonly uploads: unknown
  readonly expiresAt: number | null
  readonly checkpoint: unknown
  readonly progress: Progress | null
  /** The fingerprint for which checkpoint and uploads are valid. */
  readonly fingerprint: string | null
  readonly resumeAt: number | null
}

/** One call of `publish`. Open from its row until `verdict` is set. */
export interface AttemptRecord {
  readonly id: AttemptId
  /** 1, 2, … within the part. */
  readonly number: number
  /** Shared by all attempts of a revision of the part. */
  readonly key: string
  readonly fence: number
  readonly run: number
  readonly revision: number
  readonly fingerprint: string
  readonly baseline: unknown
  /** The uploads it was sent with; an edit leaves them. */
  readonly uploads: unknown
  readonly uploadsExpireAt: number | null
  readonly handle: string | null
  readonly startedAt: number
  readonly leaseUntil: number
  /** When its result was recorded, or its lease was seen to be over. Null while in flight. */
  readonly endedAt: number | null
  /** The last that is known: what the call answered or what a look made of it. */
  readonly outcome: 'open' | 'processing' | 'unknown' | 'closed'
  readonly verdict: AttemptVerdict | null
  /** Another attempt may go on although this one is open (a person, `repeat_once`). */
  readonly overridden: boolean
  /** `POST /2/tweets`, where known. */
  readonly request: string | null
  /** The network's or the platform's own code, such as `ECONNRESET` or `HTTP 503`; the sentence is the part's `reason`. */
  readonly error: string | null
  readonly externalId: string | null
  readonly evidence: readonly EvidenceRecord[]
  /** What it may cost, where that was reserved. Null for a repetition: the attempt that it repeats pays. */
  readonly spending: SpendingRecord | null
}

/** One answered or failed look. */
export interface EvidenceRecord {
  readonly at: number
  readonly kind: Evidence['status'] | 'look_failed' | 'lease_over' | 'person'
  readonly looked: string | null
  /** Of what the platform bills. Absent: nobody counted. */
  readonly uses?: Evidence['uses']
}

export const FINAL_STATES: readonly PublicationState[] = [
  'published',
  'delivered',
  'incomplete',
  'refused',
  'given_up',
  'missed',
  'canceled',
  'removed',
]

/** Whether the state is an end. Work may still go on: an id to resolve, a removal. */
export function isFinal(state: PublicationState): boolean {
  return FINAL_STATES.includes(state)
}
