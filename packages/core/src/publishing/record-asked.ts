import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { PublishOutcome, Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import { askPerson, NOT_SHOWN } from './ask-person.ts'
import { toBlockHold, withBlock } from './block-hold.ts'
import { partAt, settlePart, toChange, withAttempts, withPart } from './change.ts'
import { closeGroup } from './close-group.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { isOpen } from './part-state.ts'
import type { Change } from './publishing-store.ts'
import { NO_REFUSALS, recordPublished } from './record-outcome.ts'
import { PREPARED_AGAIN_MAX } from './timing.ts'

/** What `readOutcome` said of a handle (rows 50 to 52). */
export type AskedOutcome =
  | Extract<PublishOutcome, { status: 'published' }>
  | { readonly status: 'processing'; readonly pollAfterMs: number }
  | { readonly status: 'delivered'; readonly handle: string }
  | { readonly status: 'refused'; readonly reason: Reason }
  | { readonly status: 'prepare_again'; readonly reason?: Reason }
  | { readonly status: 'forgotten' }

/** Stores the answer and what follows from it. */
export function recordAsked(
  publication: PublicationRecord,
  now: number,
  input: {
    readonly part: number
    readonly handle: string
    readonly answer: AskedOutcome
    readonly abilities: Abilities
  },
): Change | null {
  const part = partAt(publication, input.part)
  const attempt = part.attempts.find(
    (candidate) => isOpen(candidate) && candidate.handle === input.handle && candidate.outcome === 'processing',
  )
  if (!attempt) return null
  const finish = (changed: PartRecord, transition: number): Change =>
    toChange(
      publication,
      withPart({ ...publication, hold: null }, part.index, () => settlePart(changed, publication.run)),
      { by: 'platform', transition },
    )
  const answered: PartRecord = { ...part, ...NO_REFUSALS, preparedAgain: part.preparedAgain }
  switch (input.answer.status) {
    case 'published':
      return withBlock(
        recordPublished(publication, now, { part: answered, attempt, found: input.answer, transition: 50 }),
        input.answer.block && toBlockHold(input.answer.block, input.answer.block.message),
      )
    case 'delivered':
      return finish({ ...closeGroup(answered, { attempt, verdict: 'delivered', now }), reason: null }, 50)
    case 'processing':
      return finish({ ...answered, nextLookAt: now + input.answer.pollAfterMs }, 32)
    case 'refused':
      return finish(
        { ...closeGroup(answered, { attempt, verdict: 'refused', now }), reason: input.answer.reason, handle: null },
        50,
      )
    case 'prepare_again':
      return recordPrepareAgain({ publication, part: answered, attempt, now }, input.answer.reason ?? null)
    case 'forgotten':
      return recordForgotten({ publication, part: answered, attempt, now }, input.abilities)
  }
}

interface Asked {
  readonly publication: PublicationRecord
  readonly part: PartRecord
  readonly attempt: AttemptRecord
  readonly now: number
}

function recordPrepareAgain({ publication, part, attempt, now }: Asked, reason: Reason | null): Change {
  const again: PartRecord = {
    ...closeGroup(part, { attempt, verdict: 'absent', now }),
    preparedAgain: part.preparedAgain + 1,
    preparation: NO_PREPARATION,
    handle: null,
    nextLookAt: null,
    reason,
  }
  const goesOn = again.preparedAgain < PREPARED_AGAIN_MAX || again.attempts.some(isOpen)
  const next: PartRecord = goesOn ? settlePart(again, publication.run) : { ...again, state: 'needs_attention' }
  return toChange(
    publication,
    withPart({ ...publication, hold: null }, part.index, () => next),
    { by: 'platform', transition: 50 },
  )
}

/** The handle says nothing any more: it is looked for instead, or a person is asked. */
function recordForgotten({ publication, part, attempt, now }: Asked, abilities: Abilities): Change {
  const doubtful = withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({ ...candidate, outcome: 'unknown', endedAt: now }),
  )
  const looking = settlePart(
    { ...doubtful, handle: null, looks: 0, nextLookAt: now, reason: NOT_SHOWN },
    publication.run,
  )
  const next = abilities.finds ? looking : askPerson(looking, now)
  return toChange(
    publication,
    withPart(publication, part.index, () => next),
    { by: 'platform', transition: 52 },
  )
}
