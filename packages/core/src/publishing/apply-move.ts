import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { askPerson } from './ask-person.ts'
import { partAt, settlePart, toChange, withAttempts, withPart } from './change.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { isBlocking } from './part-state.ts'
import type { Change } from './publishing-store.ts'
import { lookedAtRarely, recordUnknown } from './record-outcome.ts'
import type { Move } from './step.ts'

/** Carries out a move that needs no call. Null when the publication no longer is where `nextStep` saw it. */
export function applyMove(
  publication: PublicationRecord,
  now: number,
  input: { readonly move: Move; readonly abilities: Abilities },
): Change | null {
  const { move, abilities } = input
  if (move.kind === 'state') {
    return toChange(
      publication,
      { ...publication, state: move.state, reason: move.reason ?? publication.reason, hold: null },
      { transition: move.transition },
    )
  }
  const part = partAt(publication, move.part)
  const finish = (changed: PartRecord, transition?: number): Change =>
    toChange(
      publication,
      withPart({ ...publication, hold: null }, part.index, () => changed),
      transition === undefined ? {} : { transition },
    )
  switch (move.kind) {
    case 'lease_over':
      return recordLeaseOver(publication, now, { part, number: move.attempt, abilities })
    case 'uploads_expired':
      return finish({ ...part, preparation: NO_PREPARATION }, publication.state === 'publishing' ? 12 : 6)
    case 'absent':
      return finish(closeAbsent(part, publication.run), 43)
    case 'ask_person':
      return finish({ ...lookedAtRarely(part, now), state: 'needs_attention', reason: move.reason }, move.transition)
    case 'parent_wait':
      return toChange(
        publication,
        withPart(publication, part.index, () => ({ ...part, parentWaitSince: now })),
        { transition: 27 },
      )
    case 'slow':
      return raiseSlow(publication, part)
    case 'horizon':
      return finish(askPerson(part, now), 46)
  }
}

/** What was not used by now is not used any more. */
function closeAbsent(part: PartRecord, run: number): PartRecord {
  const closed = withAttempts({ ...part, unusedAt: null, nextLookAt: null }, isBlocking, (attempt) => ({
    ...attempt,
    verdict: 'absent',
    outcome: 'closed',
  }))
  return settlePart(closed, run)
}

/** Once: it goes on as before. */
function raiseSlow(publication: PublicationRecord, part: PartRecord): Change {
  const details = { deadlineAt: part.handleDeadlineAt }
  return toChange(
    publication,
    withPart(publication, part.index, () => ({ ...part, slowRaised: true })),
    { transition: 51, events: [{ type: 'publication.slow', by: 'engine', partIndex: part.index, details }] },
  )
}

/** The process that sent it died or froze: its answer is not known (row 36). */
function recordLeaseOver(
  publication: PublicationRecord,
  now: number,
  { part, number, abilities }: { readonly part: PartRecord; readonly number: number; readonly abilities: Abilities },
): Change | null {
  const attempt = part.attempts.find((candidate) => candidate.number === number)
  if (attempt?.outcome !== 'open' || attempt.leaseUntil > now) return null
  const reason = {
    code: 'outcome_unknown',
    message: 'The process that was publishing it ended before the answer came.',
  }
  const doubtful = withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({
      ...candidate,
      outcome: 'unknown',
      endedAt: candidate.leaseUntil,
      error: 'lease_over',
      evidence: [...candidate.evidence, { at: now, kind: 'lease_over', looked: null }],
    }),
  )
  return recordUnknown(publication, now, { doubtful, reason, abilities })
}
