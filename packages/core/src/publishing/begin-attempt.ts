import type { AttemptRecord, PublicationRecord } from '../model/publication.ts'
import { partAt, toChange, withPart } from './change.ts'
import { isBlocking } from './part-state.ts'
import type { BeginAttempt, Change, Conditions } from './publishing-store.ts'
import { findRateHold } from './rate-hold.ts'
import { keepsSpacing } from './step-of-waiting.ts'
import { LEASE_MARGIN_MS } from './timing.ts'

/**
 * The guards of S2 that the publication itself can answer, and the row that it writes (rows 7, 24, 29 and 41; rule 6). A store calls it under lock, with
 * conditions read `for share` in the same transaction, after it has compared fence and lease. Null: nothing may be sent.
 */
export function toBegunAttempt(
  publication: PublicationRecord,
  now: number,
  conditions: Conditions,
  begin: BeginAttempt,
): Change | null {
  const part = partAt(publication, begin.partIndex)
  const approved = publication.approval === 'none' || publication.approvedHash === publication.revisionHash
  const sendable = ['scheduled', 'preparing', 'ready', 'publishing'].includes(publication.state)
  // A repetition uses what the open attempt used (rule 3), whatever was prepared since.
  const repeated = begin.from === 'unknown' ? part.attempts.findLast(isBlocking) : undefined
  const uploads = repeated ? repeated.uploads : part.preparation.uploads
  const uploadsExpireAt = repeated ? repeated.uploadsExpireAt : part.preparation.expiresAt
  const allowed =
    publication.version === begin.version &&
    publication.revision === begin.revision &&
    sendable &&
    approved &&
    publication.dueAt <= now &&
    publication.cancelRequestedAt === null &&
    conditions.connection === 'active' &&
    !conditions.holds.some((hold) => hold.until === null || hold.until > now) &&
    findRateHold(conditions.windows, 'publish', now) === null &&
    part.state === begin.from &&
    !(keepsSpacing(publication, part, now) && conditions.spacedUntil > now) &&
    (begin.from === 'unknown' || (!part.attempts.some(isBlocking) && !conditions.lookAlikes.includes(part.id))) &&
    (uploadsExpireAt === null || uploadsExpireAt > now + begin.deadlineMs)
  if (!allowed) return null
  const attempt: AttemptRecord = {
    ...begin.attempt,
    number: part.attempts.length + 1,
    fence: begin.fence,
    run: publication.run,
    revision: publication.revision,
    uploads,
    uploadsExpireAt,
    startedAt: now,
    leaseUntil: now + begin.deadlineMs + LEASE_MARGIN_MS,
    endedAt: null,
    outcome: 'open',
    verdict: null,
    overridden: false,
    request: null,
    error: null,
    externalId: null,
    evidence: [],
  }
  const next = {
    ...part,
    state: 'publishing' as const,
    attempts: [...part.attempts, attempt],
    unusedAt: null,
    notBefore: null,
    reason: null,
  }
  const after = withPart({ ...publication, state: 'publishing', hold: null }, part.index, () => next)
  return toChange(publication, after, { transition: begin.from === 'unknown' ? 41 : 24 })
}
