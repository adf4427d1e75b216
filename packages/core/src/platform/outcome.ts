import type { PlatformBlock } from './platform-error.ts'
import type { MeterUse } from './platform-meters.ts'

/** What `publish` and `readOutcome` answer. Monotone: once published, always published. */
export type PublishOutcome =
  | {
      readonly status: 'published'
      readonly externalId?: string
      readonly url?: string
      /** The platform took the write, and then blocked the account or the app: nothing else goes out until the block ends. */
      readonly block?: PlatformBlock & { /** For people. */ readonly message: string }
    }
  /** Accepted, not yet decided: ask again with `readOutcome(handle)`. */
  | {
      readonly status: 'processing'
      readonly handle: string
      readonly pollAfterMs: number
      readonly deadlineMs: number
    }
  /** Handed to the creator's inbox, not public. */
  | { readonly status: 'delivered'; readonly handle: string }

/** What `readOutcome` may say beside the outcomes of `publish`. */
export type ProcessingOutcome =
  | PublishOutcome
  | { readonly status: 'refused'; readonly reason: Reason }
  /** The handle has ended without an effect: the same part may be prepared again. */
  | { readonly status: 'prepare_again'; readonly reason?: Reason }
  /** The platform no longer knows the handle: the outcome is unknown. */
  | { readonly status: 'forgotten' }

/** A reason for people and code. */
export interface Reason {
  readonly code: string
  readonly message: string
}

/** What a look after `outcome_unknown` found. That a listing does not show the post is no proof of absence by itself: that is `not_yet`. */
export type Evidence = EvidenceUses &
  (
    | {
        readonly status: 'found'
        readonly externalId?: string
        readonly url?: string
        readonly exact?: boolean
        readonly delivered?: boolean
        readonly looked?: string
      }
    | {
        readonly status: 'processing'
        readonly handle: string
        readonly pollAfterMs?: number
        readonly looked?: string
      }
    /** The handle lives and was not used. */
    | { readonly status: 'unused'; readonly looked?: string }
    /** Proof of absence: the handle expired or failed; or long after the write a listing is complete, and the platform's own count confirms it. */
    | { readonly status: 'ended'; readonly looked?: string }
    | { readonly status: 'refused'; readonly reason: Reason; readonly looked?: string }
    | { readonly status: 'not_yet'; readonly looked: string }
  )

/** Of any look. */
interface EvidenceUses {
  /** What the look has used of what the platform bills. Absent: nobody counted, and all that was reserved for looks is booked. */
  readonly uses?: readonly MeterUse[]
}

/** What `prepare` answers. It yields instead of waiting. */
export type Preparation<Uploads> =
  | { readonly status: 'prepared'; readonly uploads: Uploads /** Epoch milliseconds. */; readonly expiresAt?: number }
  | { readonly status: 'again'; readonly afterMs: number; readonly progress?: Progress }

/** What a person sees while bytes flow. */
export interface Progress {
  readonly phase: 'uploading' | 'processing'
  /** 0 to 100; absent while unknown. */
  readonly percent?: number
}

/** An attempt whose outcome is unknown, with all that helps to recognise it on the platform. */
export interface UnknownAttempt<Settings = unknown, Uploads = unknown> {
  readonly number: number
  /** Epoch milliseconds when the write began: the platform's clock where known, else the database's. */
  readonly sentAt: number
  readonly part: import('./part-request.ts').PreparedPart<Settings, Uploads>
  readonly uploads: Uploads
  readonly baseline: unknown
  readonly fingerprint: string
  /** A handle that the platform gave for this write, where it did. */
  readonly handle?: string
  /** Ids that belong to other parts of this account: no evidence for this one. */
  readonly idsBoundElsewhere: readonly string[]
}
