import type { Hold } from '../model/hold.ts'
import type { EvidenceRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import { askPerson } from './ask-person.ts'
import { partAt, toChange, withAttempts, withPart } from './change.ts'
import { lastEndOf } from './look-times.ts'
import { isOpen } from './part-state.ts'
import type { Change, ConnectionLoss } from './publishing-store.ts'
import { backOffMs, FAILURES_MAX, LOOK_FAILING_MAX_MS, nextRareLookAt } from './timing.ts'

/** A look failed: never moves a part, is not counted; after a day a person is asked (row 45, rule 13). Asking for the outcome of a handle is a look, too. */
export function recordLookFailed(
  publication: PublicationRecord,
  now: number,
  input: { readonly part: number; readonly reason: Reason; readonly retryAfterMs?: number },
): Change {
  const part = partAt(publication, input.part)
  const since = part.lookFailingSince ?? now
  const entry: EvidenceRecord = { at: now, kind: 'look_failed', looked: input.reason.message }
  const noted = withAttempts(
    part,
    (attempt) => isOpen(attempt),
    (attempt) => ({ ...attempt, evidence: [...attempt.evidence.slice(-49), entry] }),
  )
  const failing: PartRecord = {
    ...noted,
    failures: part.failures + 1,
    unauthorized: input.reason.code === 'token_expired' ? part.unauthorized + 1 : part.unauthorized,
    lookFailingSince: since,
    nextLookAt: retryLookAt(part, now, input.retryAfterMs),
  }
  const waitsForIt = part.state === 'unknown' || part.state === 'processing'
  const tooLong = waitsForIt && now - since >= LOOK_FAILING_MAX_MS
  const next = tooLong ? { ...askPerson(failing, now, toUnanswered(input.reason)), lookFailingSince: null } : failing
  const { code } = input.reason
  const hold = tooLong ? null : waitsForIt ? toLookHold(input.reason, failing.nextLookAt) : publication.hold
  return toChange(
    publication,
    withPart({ ...publication, hold }, part.index, () => next),
    { transition: 45, ...(isLoss(code) && { connection: { code, message: input.reason.message } }) },
  )
}

/** With back-off while something waits for the answer; what is decided or asks a person is tried a few times, then as rarely as it is looked at. */
function retryLookAt(part: PartRecord, now: number, retryAfterMs: number | undefined): number | null {
  const soon = now + (retryAfterMs ?? backOffMs(part.failures + 1))
  if (part.state === 'unknown' || part.state === 'processing') return soon
  const rare = nextRareLookAt(lastEndOf(part), now)
  return rare === null || part.failures >= FAILURES_MAX ? rare : Math.min(soon, rare)
}

const toUnanswered = (last: Reason): Reason => ({
  code: 'outcome_unknown',
  message: `The write may have worked, and the platform has not answered for a day: ${last.message} Look at the account, then confirm with the id, send again, or give up.`,
})

const isLoss = (code: string): code is ConnectionLoss['code'] => code === 'reconnect' || code === 'permission_missing'

/** Only a new login lets looks go on where the connection is gone, or lacks a permission; everything else passes. */
function toLookHold(reason: Reason, until: number | null): Hold {
  const message = `Looking for the post failed: ${reason.message}`
  if (isLoss(reason.code)) return { reason: 'connection', scope: 'account', until: null, message }
  return { reason: 'look_failing', scope: 'account', until, message }
}
