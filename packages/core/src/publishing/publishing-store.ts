import type { Hold } from '../model/hold.ts'
import type { AccountId, AgencyId, AttemptId, CreatorId, PartId, PublicationId } from '../model/ids.ts'
import type { AttemptRecord, PublicationRecord } from '../model/publication.ts'
import type { AppCredentials } from '../platform/call-context.ts'
import type { Progress } from '../platform/outcome.ts'
import type { PartAsset, PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import type { PublishLimits, UsedUpWindow } from './rate-hold.ts'

/** Where a publication lives. Every statement names the agency. */
export interface PublicationKey {
  readonly agencyId: AgencyId
  readonly publicationId: PublicationId
}

/** What `nextStep` needs beside the publication itself. Read in the same transaction. */
export interface Conditions {
  /** The connection's state. `none`: the account is gone. */
  readonly connection: 'active' | 'reconnect' | 'disconnected' | 'none'
  /** Why it is not active, in the platform's words where they are known. */
  readonly connectionReason: string | null
  /** Active switches and shared holds that cover this publication, most urgent first. */
  readonly holds: readonly Hold[]
  /** Part ids whose likeness is open in another part of the account (S11). */
  readonly lookAlikes: readonly PartId[]
  readonly afterUnknown: 'ask' | 'repeat_once'
  /** First moment at which spacing lets this publication go; 0 when at once. */
  readonly spacedUntil: number
  /** Until when the stored facts of the destination are good; null when there are none. */
  readonly factsExpireAt: number | null
  /** Allowances of the account, its app and the address that are used up, the longest first. */
  readonly windows: readonly UsedUpWindow[]
}

/** A publication in hand. */
export interface Claim {
  readonly key: PublicationKey
  readonly fence: number
  readonly leaseUntil: number
  /** The database's clock in this transaction, epoch milliseconds. */
  readonly now: number
  readonly publication: PublicationRecord
  readonly conditions: Conditions
  /** What `propagation.inject` gave when the post was created: every span of its work is a child of it. */
  readonly trace: Readonly<Record<string, string>> | null
  /** The profile, where its name is known. */
  readonly account: { readonly externalId: string; readonly username: string } | null
  /** What the first part that is not out yet sends. */
  readonly content: { readonly partIndex: number; readonly request: PartRequest } | null
}

/** What a part sends: immutable per revision. */
export interface PartContent {
  readonly request: PartRequest
  readonly accountExternalId: string
}

/** One event for history and outbox, written with the change that caused it. */
export interface PublicationEvent {
  /** `publication.<state>`, `publication.part_published`, `.part_identified`, `.held`, `.resumed`, `.slow`, `.duplicate_live`, `.contradicted`, `.canceled_too_late`. */
  readonly type: string
  /** `engine`, `platform`, or who commanded it. */
  readonly by: string
  readonly partIndex?: number
  readonly reason?: { readonly code: string; readonly message: string }
  /** Small JSON for people: from, to, transition number. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** Only the creator can bring the connection back. `permission_missing`: with a permission that it lacks. */
export interface ConnectionLoss {
  readonly code: 'reconnect' | 'permission_missing'
  /** The platform's own words. */
  readonly message: string
}

/** What reaches every publication of the account, the app or the address. */
export interface SharedHold {
  readonly scope: 'account' | 'app' | 'egress'
  readonly hold: Hold
  /** How long it is instead where it follows one of its kind at once (`toLimitEnd`), in milliseconds. */
  readonly longerWaitsMs?: readonly number[]
}

/** What a pure transition made. */
export interface Change {
  readonly publication: PublicationRecord
  /** Also rows of the history. */
  readonly events: readonly PublicationEvent[]
  /** When the engine should look again (0: at once); null: on an event only; `done`: no more work. */
  readonly wakeAt: number | null | 'done'
  /** Holds that reach beyond this publication (account, app, egress), to be shared. */
  readonly sharedHolds?: readonly SharedHold[]
  /** The connection turned out to need a person: why, for the account and its event. */
  readonly connection?: ConnectionLoss
  /** What answers said about limits meanwhile, once each. */
  readonly rateWindows?: readonly RateWindow[]
  /** Number of the transition, where it has one. */
  readonly transition?: number
}

/** A pure transition; null changes nothing. */
export type Transition = (publication: PublicationRecord, now: number, conditions: Conditions) => Change | null

/** Everything that S2 checks and writes, in one transaction. */
export interface BeginAttempt {
  readonly key: PublicationKey
  readonly fence: number
  /** The row version that `nextStep` saw. */
  readonly version: number
  readonly revision: number
  readonly partIndex: number
  /** `unknown` for a repetition with the same handle or key (rule 3). */
  readonly from: 'waiting' | 'unknown'
  readonly attempt: Pick<AttemptRecord, 'id' | 'key' | 'fingerprint' | 'baseline' | 'handle' | 'spending'>
  /** What is counted beside what the platform says. */
  readonly limits?: PublishLimits
  /** The call's deadline, milliseconds from the commit. The lease is renewed to 15 s beyond it. */
  readonly deadlineMs: number
}

export interface BegunAttempt {
  readonly attemptId: AttemptId
  readonly number: number
  readonly startedAt: number
  readonly leaseUntil: number
}

/** How far the preparation of a part is. */
export interface Checkpoint {
  readonly fence: number
  readonly partIndex: number
  readonly fingerprint: string
  readonly value: unknown
  readonly progress: Progress | null
}

/** What `advance` needs of a database. Each method is one transaction; the clock is the database's. */
export interface PublishingStore {
  /** Due work for the runner: keys of publications whose time has come and whose lease is free, oldest first. Takes nothing. */
  readDue(options: {
    readonly limit: number
    readonly excludeAccounts: readonly AccountId[]
    readonly excludePlatforms: readonly string[]
  }): Promise<{
    readonly due: readonly (PublicationKey & { readonly accountId: AccountId; readonly platform: string })[]
    /** Milliseconds until the next due time after these; null when nothing waits. */
    readonly nextDueInMs: number | null
  }>
  /** Finds the agency of a publication for engines, which know ids only. */
  findKey(publicationId: PublicationId): Promise<PublicationKey | null>
  /**
   * Takes a new fence and a lease. `limits` are counted for its conditions. Null when the publication does not exist; `busy` when somebody's lease is alive.
   */
  claim(
    key: PublicationKey,
    options: { readonly owner: string; readonly leaseMs: number; readonly limits?: PublishLimits | undefined },
  ): Promise<Claim | { readonly busyForMs: number } | null>
  /** Renews the lease. False when the fence moved. */
  renew(key: PublicationKey, lease: { readonly fence: number; readonly leaseMs: number }): Promise<boolean>
  /** S2. Null when a guard refused it: load again, and `nextStep` names the reason. */
  beginAttempt(begin: BeginAttempt): Promise<BegunAttempt | null>
  /** Rule 7: after the answer of S2's commit was lost. True only when the own row is there, fence and lease are ours and the part is publishing this attempt. */
  ownsAttempt(key: PublicationKey, attempt: { readonly fence: number; readonly attemptId: AttemptId }): Promise<boolean>
  /**
   * Loads under lock, applies, saves, with history and outbox, and raises the version. `guard` compares first: null when it does not hold. The result
   * of an attempt is stored without fence (truth beats fence). A result gives the lease back when the fence is still the own one.
   */
  change(
    key: PublicationKey,
    guard: { readonly fence?: number; readonly version?: number; readonly release?: number },
    transition: Transition,
  ): Promise<PublicationRecord | null>
  /** Content of a part at a revision. */
  readContent(
    key: PublicationKey,
    part: { readonly revision: number; readonly partIndex: number },
  ): Promise<PartContent>
  /** Checkpoint and progress while a preparation runs. False when the fence moved. */
  saveCheckpoint(key: PublicationKey, checkpoint: Checkpoint): Promise<boolean>
  /** External ids of the account that are bound to other parts, since a moment; and whether another attempt of the same likeness may own a find (rule 12). */
  readRivals(
    key: PublicationKey,
    of: { readonly partIndex: number; readonly since: number },
  ): Promise<{ readonly idsBoundElsewhere: readonly string[]; readonly rivals: number }>
  readFacts(key: PublicationKey): Promise<DestinationFacts | undefined>
  saveFacts(key: PublicationKey, facts: DestinationFacts): Promise<void>
}

/** What `advance` needs of an account: credentials and tokens. */
export interface AccountAccess {
  /** Credentials of the app that the account speaks through. */
  appFor(key: {
    readonly agencyId: AgencyId
    readonly accountId: AccountId
    readonly creatorId: CreatorId
    readonly platform: string
  }): Promise<AppCredentials>
  /** A token that is good for at least `forMs`; `force` refreshes one that the platform has just refused. */
  accessToken(
    key: { readonly agencyId: AgencyId; readonly accountId: AccountId },
    options: { readonly forMs: number; readonly force: 'no' | 'refused'; readonly signal: AbortSignal },
  ): Promise<import('../platform/secret.ts').Secret>
}

/** Bytes of assets, for `CallContext`. */
export interface AssetAccess {
  open(
    key: { readonly agencyId: AgencyId; readonly creatorId: CreatorId },
    asset: PartAsset,
    range: import('../platform/call-context.ts').ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<import('../platform/call-context.ts').OpenedAsset>
  publicUrl(
    key: { readonly agencyId: AgencyId; readonly creatorId: CreatorId },
    asset: PartAsset,
    options: { readonly forMs: number },
  ): Promise<string>
}
