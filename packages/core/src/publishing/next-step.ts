import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import { isFinal } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { firstHold, lookFailing } from './holding.ts'
import { currentPart, hasOpenAttempt, isOpen, lacksId, lacksUrl } from './part-state.ts'
import { findRateHold } from './rate-hold.ts'
import { move, type Situation, type Step, type StepConditions, waitUntil } from './step.ts'
import { stepOfUnknown } from './step-of-unknown.ts'
import { stepOfWaiting } from './step-of-waiting.ts'
import { LOOK_FAILING_MAX_MS } from './timing.ts'

const DONE: Step = { do: 'done' }

/**
 * Decides alone what happens next (S1). Pure; `now` is the database's clock. Asks in this order (rule 22): results, cancel, latestBy, holds, the step.
 */
export function nextStep(publication: PublicationRecord, conditions: StepConditions, now: number): Step {
  const situation = { publication, conditions, now }
  const step = decide(situation)
  return step.do === 'look' || step.do === 'ask' ? lookWhenAnswered(situation, step) : step
}

/** A look that the platform is known to refuse waits, for at most as long as looks may fail: then it is made, and what it comes to counts (rule 13). */
function lookWhenAnswered(
  { publication, conditions, now }: Situation,
  step: Extract<Step, { do: 'look' | 'ask' }>,
): Step {
  const hold = findRateHold(conditions.windows, 'look', now)
  const part = publication.parts.find(({ index }) => index === step.part)
  if (!hold?.until || !part) return step
  const lastEnd = Math.max(0, ...part.attempts.map((attempt) => attempt.endedAt ?? attempt.leaseUntil))
  const until = Math.min(hold.until, (part.lookFailingSince ?? lastEnd) + LOOK_FAILING_MAX_MS)
  if (until <= now) return step
  const waits = part.state === 'unknown' || part.state === 'processing'
  return waitUntil(until, waits ? { ...hold, until } : publication.hold)
}

function decide(situation: Situation): Step {
  const { publication, conditions, now } = situation
  const inFlight = findInFlight(publication)
  if (inFlight) {
    const { part, attempt } = inFlight
    return attempt.leaseUntil > now
      ? waitUntil(attempt.leaseUntil)
      : move({ kind: 'lease_over', part: part.index, attempt: attempt.number })
  }
  if (isFinal(publication.state)) return afterTheEnd(situation)
  if (publication.state === 'draft') return waitUntil(null)
  const part = currentPart(publication)
  if (!part) return afterTheEnd(situation)
  switch (part.state) {
    case 'processing':
      return stepOfProcessing(situation, part)
    case 'unknown':
      return stepOfUnknown(situation, part)
    case 'needs_attention':
      return lookAgain(situation, soonestUndecided(publication, conditions.abilities) ?? part)
    default:
      return stepOfWaiting(situation, part)
  }
}

function findInFlight(publication: PublicationRecord): { part: PartRecord; attempt: AttemptRecord } | undefined {
  for (const part of publication.parts) {
    const attempt = part.attempts.find((candidate) => isOpen(candidate) && candidate.outcome === 'open')
    if (attempt) return { part, attempt }
  }
  return undefined
}

/** Ended: a removal, an id or an address that is still unknown, or an attempt that may yet turn out to have worked (rule 14). */
function afterTheEnd(situation: Situation): Step {
  const { publication, conditions, now } = situation
  if (publication.removeRequestedAt !== null) {
    const live = publication.parts.findLast((part) => part.state === 'published' && part.externalId !== null)
    if (live && conditions.abilities.removes) {
      const hold = firstHold(conditions, now) ?? findRateHold(conditions.windows, 'remove', now)
      if (hold) return waitUntil(hold.until, hold)
      return live.notBefore !== null && live.notBefore > now
        ? waitUntil(live.notBefore, publication.hold)
        : { do: 'remove', part: live.index }
    }
  }
  const open = soonestUndecided(publication, conditions.abilities)
  return open ? lookAgain(situation, open) : DONE
}

/** The part to look for next: one with an open attempt, or a published one without an id or an address. */
const soonestUndecided = ({ parts }: PublicationRecord, abilities: Abilities): PartRecord | undefined =>
  parts
    .filter((part) => hasOpenAttempt(part) || lacksId(part) || (abilities.readsUrl && isUrlSought(part)))
    .reduce<PartRecord | undefined>(sooner, undefined)

const sooner = (a: PartRecord | undefined, b: PartRecord): PartRecord =>
  a !== undefined && (lookDueAt(a) ?? Number.POSITIVE_INFINITY) <= (lookDueAt(b) ?? Number.POSITIVE_INFINITY) ? a : b

const isUrlSought = (part: PartRecord): boolean => lacksUrl(part) && lookDueAt(part) !== null

/** An address that was never looked for is looked for at once. */
const lookDueAt = (part: PartRecord): number | null =>
  part.nextLookAt === null && part.looks === 0 && lacksUrl(part) ? 0 : part.nextLookAt

/** A rare look at something that is not decided; where nothing can be looked at, the handle is asked. */
function lookAgain({ publication, conditions, now }: Situation, part: PartRecord): Step {
  const dueAt = lookDueAt(part)
  const step = freshLook(part, conditions.abilities)
  if (dueAt === null || !step) return waitUntil(null, publication.hold)
  return dueAt > now ? waitUntil(dueAt, publication.hold) : step
}

/** What would show now what became of a part; undefined where nothing is open, or nothing can be looked at or asked. */
export function freshLook(part: PartRecord, abilities: Abilities): Step | undefined {
  if (!hasOpenAttempt(part) && !lacksId(part))
    return abilities.readsUrl && lacksUrl(part) ? { do: 'look', part: part.index } : undefined
  if (abilities.finds) return { do: 'look', part: part.index }
  const asked = part.attempts.some((attempt) => isOpen(attempt) && attempt.outcome === 'processing')
  return abilities.readsOutcome && asked && part.handle !== null
    ? { do: 'ask', part: part.index, handle: part.handle }
    : undefined
}

function stepOfProcessing({ publication, conditions, now }: Situation, part: PartRecord): Step {
  if (part.handleDeadlineAt !== null && now >= part.handleDeadlineAt && !part.slowRaised)
    return move({ kind: 'slow', part: part.index })
  if (part.nextLookAt !== null && part.nextLookAt > now)
    return waitUntil(part.nextLookAt, lookFailing(publication.hold))
  if (part.handle !== null && conditions.abilities.readsOutcome)
    return { do: 'ask', part: part.index, handle: part.handle }
  if (conditions.abilities.finds) return { do: 'look', part: part.index }
  // Nothing can be asked: only the platform's own word could end it, and a person once its time is over.
  return part.handleDeadlineAt !== null && part.handleDeadlineAt > now
    ? waitUntil(part.handleDeadlineAt)
    : move({ kind: 'horizon', part: part.index })
}
