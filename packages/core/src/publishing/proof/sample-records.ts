import type { AttemptRecord, PartRecord, PublicationRecord } from '../../model/publication.ts'
import type { Abilities } from '../abilities.ts'
import { createFreshPart, NO_PREPARATION } from '../fresh-part.ts'
import type { BeginAttempt, Conditions } from '../publishing-store.ts'
import type { AttemptOutcome } from '../record-outcome.ts'
import type { StepConditions } from '../step.ts'

/** The moment at which sample records stand. */
export const NOW = 1_800_000_000_000
export const HOUR_MS = 3_600_000

export const CONDITIONS: Conditions = {
  connection: 'active',
  connectionReason: null,
  holds: [],
  lookAlikes: [],
  afterUnknown: 'ask',
  spacedUntil: 0,
  factsExpireAt: null,
  windows: [],
}

/** A listing and nothing else: the weakest platform that can be looked at. */
export const LISTING: Abilities = {
  prepares: false,
  finds: true,
  readsOutcome: false,
  readsUrl: false,
  removes: true,
  publishTimeoutMs: 45_000,
  lookAfterMs: [5_000, 15_000, 60_000, 300_000],
  settledAfterMs: null,
  idempotentForMs: null,
}
export const CONTAINER: Abilities = { ...LISTING, prepares: true, settledAfterMs: 120_000 }
export const KEYED: Abilities = { ...LISTING, finds: false, idempotentForMs: HOUR_MS }
export const PROCESSING: Abilities = { ...LISTING, readsOutcome: true }

export const withAbilities = (abilities: Abilities, conditions: Partial<Conditions> = {}): StepConditions => ({
  ...CONDITIONS,
  ...conditions,
  abilities,
})

export function sampleAttempt(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  const number = changes.number ?? 1
  return {
    id: `attempt-${number}` as AttemptRecord['id'],
    number,
    key: 'key-1',
    fence: number,
    run: 1,
    revision: 1,
    fingerprint: 'print',
    baseline: null,
    uploads: null,
    uploadsExpireAt: null,
    handle: null,
    startedAt: NOW - 60_000,
    leaseUntil: NOW,
    endedAt: NOW - 1_000,
    outcome: 'unknown',
    verdict: null,
    overridden: false,
    request: null,
    error: null,
    externalId: null,
    evidence: [],
    spending: null,
    ...changes,
  }
}

export const inFlight = (changes: Partial<AttemptRecord> = {}): AttemptRecord =>
  sampleAttempt({ startedAt: NOW, leaseUntil: NOW + 60_000, endedAt: null, outcome: 'open', ...changes })

export const closed = (verdict: NonNullable<AttemptRecord['verdict']>, changes: Partial<AttemptRecord> = {}) =>
  sampleAttempt({ outcome: 'closed', verdict, ...changes })

export function samplePart(changes: Partial<PartRecord> = {}): PartRecord {
  const index = changes.index ?? 0
  const kind = index === 0 ? 'post' : 'thread'
  const id = `part-${index}` as PartRecord['id']
  return { ...createFreshPart({ id, index, kind, likeness: 'like', fingerprint: 'print' }), ...changes }
}

export const prepared = (expiresAt: number | null = NOW + HOUR_MS): PartRecord['preparation'] => ({
  ...NO_PREPARATION,
  status: 'prepared',
  uploads: { handle: 'h1' },
  fingerprint: 'print',
  expiresAt,
})

/** A live part. */
export const livePart = (changes: Partial<PartRecord> = {}): PartRecord =>
  samplePart({
    state: 'published',
    externalId: `post-${changes.index ?? 0}`,
    attempts: [closed('published')],
    ...changes,
  })

/** The part after `livePart()`. */
export const secondPart = (changes: Partial<PartRecord> = {}): PartRecord => samplePart({ index: 1, ...changes })

export function samplePublication(changes: Partial<PublicationRecord> = {}): PublicationRecord {
  return {
    id: 'publication' as PublicationRecord['id'],
    agencyId: 'agency' as PublicationRecord['agencyId'],
    creatorId: 'creator' as PublicationRecord['creatorId'],
    accountId: 'account' as PublicationRecord['accountId'],
    postId: 'post' as PublicationRecord['postId'],
    platform: 'scripted',
    target: null,
    state: 'scheduled',
    run: 1,
    version: 1,
    revision: 1,
    revisionHash: 'hash-1',
    approval: 'none',
    approvedHash: null,
    dueAt: NOW,
    latestBy: NOW + 6 * HOUR_MS,
    leadMs: 30_000,
    cancelRequestedAt: null,
    removeRequestedAt: null,
    spaced: false,
    hold: null,
    reason: null,
    removedBy: null,
    parts: [samplePart()],
    ...changes,
  }
}

/** A publication of one part, in the state that follows from it. */
export const publishing = (part: Partial<PartRecord>, changes: Partial<PublicationRecord> = {}): PublicationRecord =>
  samplePublication({
    state: part.state === 'needs_attention' ? 'needs_attention' : 'publishing',
    parts: [samplePart(part)],
    ...changes,
  })

/** Why something was refused, wherever the test does not care. */
export const reason = { code: 'invalid_post', message: 'no' }
export const working: AttemptOutcome = { kind: 'processing', handle: 'task', pollAfterMs: 2_000, deadlineMs: 600_000 }
export const canceledNow = { cancelRequestedAt: NOW - 1 }
export const overridden = sampleAttempt({ overridden: true })
/** For good. */
export const REFUSED: AttemptOutcome = { kind: 'refused', reason }
export const NOT_SENT = {
  kind: 'not_sent',
  reason,
  passing: { notBefore: null, hold: null },
} as const satisfies AttemptOutcome

/** Nobody knows what became of its attempt. */
export const doubtful = (changes: Partial<PartRecord> = {}): PublicationRecord =>
  publishing({ state: 'unknown', nextLookAt: NOW, attempts: [sampleAttempt()], ...changes })

/** Only a person does. */
export const asking = (changes: Partial<PartRecord> = {}): PublicationRecord =>
  doubtful({ state: 'needs_attention', ...changes })

export function sampleBegin(changes: Partial<BeginAttempt> = {}): BeginAttempt {
  return {
    key: { agencyId: 'agency', publicationId: 'publication' } as BeginAttempt['key'],
    fence: 1,
    version: 1,
    revision: 1,
    partIndex: 0,
    from: 'waiting',
    attempt: {
      id: 'attempt-9' as AttemptRecord['id'],
      key: 'key-1',
      fingerprint: 'print',
      baseline: null,
      handle: null,
      spending: null,
    },
    deadlineMs: 45_000,
    ...changes,
  }
}
