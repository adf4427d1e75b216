import type { AppCredentials, CallContext } from './call-context.ts'
import type { Evidence, Preparation, ProcessingOutcome, PublishOutcome, UnknownAttempt } from './outcome.ts'
import type { LivePart, PartRequest, PreparedPart } from './part-request.ts'
import type { PlatformLimits } from './platform-limits.ts'
import type { PlatformMeters } from './platform-meters.ts'
import type { Counters, PartMetrics, PublishedPart } from './platform-metrics.ts'
import type { PlatformOAuth } from './platform-oauth.ts'
import type { ParsedWebhook, WebhookRequest } from './platform-webhook.ts'
import type { PostProblem } from './post-problem.ts'
import type { PublishLimit } from './publish-limit.ts'
import type { StandardSchema } from './standard-schema.ts'

/** What the platform says about an account and a target now. Members are the adapter's own; core keeps them until `expiresAt`. */
export interface DestinationFacts {
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly [name: string]: unknown
}

/** An account and, where the platform has one, a target in it. */
export interface DestinationRef {
  readonly accountExternalId: string
  readonly target?: string
}

/** An account that a token acts for. */
export interface AccountProfile {
  readonly externalId: string
  readonly username: string
  /** What its people call it, where that is another than the user name. Shown when one of several is chosen. */
  readonly name?: string
  readonly url?: string
  /** Other ids by which webhooks may name it, such as one that only this app knows. Several accounts may share one. */
  readonly aliases?: readonly string[]
}

/**
 * A platform, as core sees it: a plain object from a factory. An optional member exists only when the platform can do it; its presence is the
 * capability. Members are methods, so that adapters with their own settings fit `readonly PlatformAdapter[]`.
 */
export interface PlatformAdapter<Settings = unknown, Uploads = unknown, Checkpoint = Uploads> {
  /** Stored with every publication. Lower case; never renamed. */
  readonly platform: string
  /** For sentences that people read: `X`, `Instagram`. */
  readonly displayName: string
  readonly limits: PlatformLimits
  /** What a post may set for this platform. No transforms or defaults. */
  readonly settings?: StandardSchema<Settings>
  readonly oauth?: PlatformOAuth
  /** How long one write may take, in milliseconds. Default 45,000. */
  readonly publishTimeoutMs?: number
  /** Offsets from the end of an attempt at which to look for it, in milliseconds; the last is the horizon. Default 5, 15, 60, 300 s. */
  readonly lookAfterMs?: readonly number[]
  /** After this time an unused handle proves that the write will not happen any more. */
  readonly settledAfterMs?: number
  /** How long the platform protects a repeated `context.attempt.key`, in milliseconds from the first send. */
  readonly idempotentForMs?: number
  /** How many parts the platform lets out, where it does not say what is left. One that would be too many waits. */
  readonly publishLimits?: readonly PublishLimit[]
  /** How early before it is due a part should be prepared, in milliseconds. Default: core estimates it from the bytes. */
  prepareLeadMs?(part: PartRequest<Settings>): number
  /** Whose token it is. With `oauth`, this or `listAccounts` is required. */
  readAccount?(context: CallContext): Promise<AccountProfile>
  /**
   * Instead of `readAccount`, where one login may reach several accounts: all of them, each once. Its token has to act for each; a person chooses.
   *
   * @throws {PlatformError} `permission_missing` when it reaches none, with what that person has to do.
   */
  listAccounts?(context: CallContext): Promise<readonly AccountProfile[]>
  /** Has the platform tell what happens on the account, by webhooks. Called whenever the account has a new token: repeating it is harmless. */
  subscribe?(context: CallContext): Promise<void>
  readFacts?(destination: DestinationRef, context: CallContext): Promise<DestinationFacts>
  /** Whether the platform fetches files of the part from a public URL, so that the host has to offer them. Pure. Default: it is sent the bytes. */
  fetchesAssets?(part: PartRequest<Settings>): boolean
  /** Finds every reason why the platform would refuse the part. Pure. */
  checkPart(part: PartRequest<Settings>, facts: DestinationFacts | undefined): readonly PostProblem[]
  /** Brings bytes to the platform; nothing becomes public. Yields instead of waiting; may be repeated, resumes from `context.checkpoint`. */
  prepare?(part: PartRequest<Settings>, context: CallContext<Checkpoint>): Promise<Preparation<Uploads>>
  /** What must be remembered before the write to recognise it later, such as the newest ids. JSON. */
  readBaseline?(part: PreparedPart<Settings, Uploads>, context: CallContext): Promise<unknown>
  /**
   * The one write that makes a part public, made once per attempt.
   *
   * @throws {PlatformError} `outcome_unknown` when the platform may have received it; never repeated here.
   */
  publish(part: PreparedPart<Settings, Uploads>, context: CallContext): Promise<PublishOutcome>
  /** Asks for the outcome of a part in processing. */
  readOutcome?(handle: string, context: CallContext): Promise<ProcessingOutcome>
  /** Looks for a write after `outcome_unknown`. A failing look throws. */
  findPublished?(attempt: UnknownAttempt<Settings, Uploads>, context: CallContext): Promise<Evidence>
  /** Reads the public address of a part that was published without one. Undefined: the platform does not say it yet. */
  readUrl?(part: LivePart<Settings>, context: CallContext): Promise<string | undefined>
  /**
   * What a listing could compare: two parts of an account with the same string could be taken for each other. Null where a handle or a key
   * recognises the write. Default: target, kind, normalised text, number of media, parent.
   */
  likeness?(part: PartRequest<Settings>): string | null
  /** Removes a published part. One that is already gone is a success. */
  remove?(externalId: string, context: CallContext): Promise<void>
  /** Reads what the platform counts for parts of one account, at most `limits.metricsBatchMax` at once. What is missing is missing, never zero. */
  readMetrics?(parts: readonly PublishedPart<Settings>[], context: CallContext): Promise<readonly PartMetrics[]>
  /** Reads what the platform counts for the account itself, such as followers. */
  readAccountMetrics?(context: CallContext): Promise<Counters>
  /** Verifies a webhook request by its raw bytes and reads its events; answers the platform's own challenges. Pure. */
  parseWebhook?(request: WebhookRequest, app: AppCredentials): ParsedWebhook
  /** What calls cost. Absent: nothing. */
  readonly meters?: PlatformMeters<Settings>
}
