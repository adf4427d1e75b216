import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import { firstHold, passingHold } from './holding.ts'
import { hasOpenAttempt, isLive } from './part-state.ts'
import { findRateHold } from './rate-hold.ts'
import { earliest, type Move, move, type Situation, type Step, type StepConditions, waitUntil } from './step.ts'
import { isLate } from './take-turns.ts'
import { LEASE_MARGIN_MS, LOOK_ALIKE_RECHECK_MS, LOOK_FAILING_MAX_MS } from './timing.ts'

/** Why a part waits, and in the end asks a person: the part before it is live, and nobody knows its id. */
export const PARENT_ID = 'parent_id'

/** What a part that waits does next: it ends, is held, is prepared, waits for its time, or is published. */
export function stepOfWaiting(situation: Situation, part: PartRecord): Step {
  const { publication, conditions, now } = situation
  const ended = endOfWaiting(publication, part, now)
  if (ended) return move(ended)
  if (publication.state === 'awaiting_approval') return waitUntil(publication.latestBy)
  const prepareAt = conditions.abilities.prepares ? publication.dueAt - publication.leadMs : publication.dueAt
  if (now < prepareAt) return waitUntil(prepareAt)
  const shared = firstHold(conditions, now)
  const hold = shared ?? passingHold(publication, part, now)
  const capped = (until: number | null): number | null =>
    publication.parts.some(isLive) ? until : earliest(until, publication.latestBy)
  if (hold) return waitUntil(capped(shared ? shared.until : part.notBefore), hold)
  if (conditions.abilities.prepares) {
    const step = stepOfPreparation(situation)
    if (step) return step.do === 'wait' ? { ...step, until: capped(step.until) } : step
  }
  if (now < publication.dueAt)
    return waitUntil(capped(earliest(publication.dueAt, soonestExpiry(publication, conditions))))
  const step = stepOfDue(situation, part)
  return step.do === 'wait' ? { ...step, until: capped(step.until) } : step
}

/** Rows 9 and 15 to 17: a kept cancel, then latestBy. */
function endOfWaiting(publication: PublicationRecord, part: PartRecord, now: number): Move | undefined {
  const live = publication.parts.some(isLive)
  const overridden = publication.parts.some(hasOpenAttempt)
  const canceled = publication.cancelRequestedAt !== null
  const late = now >= publication.latestBy && !live
  if (!canceled && !late) return undefined
  if (overridden) {
    const reason = {
      code: 'outcome_unknown',
      message:
        'It should stop here, but an earlier write may still have worked. Look at the account, then confirm or give up.',
    }
    return { kind: 'ask_person', part: part.index, transition: 16, reason }
  }
  if (canceled) {
    const reason = { code: 'canceled', message: 'Canceled before it was sent.' }
    return live
      ? { kind: 'state', state: 'incomplete', transition: 15, reason }
      : { kind: 'state', state: 'canceled', transition: 15, reason }
  }
  const why = publication.hold ? ` It was held: ${publication.hold.message}` : ''
  const transition = publication.state === 'publishing' ? 17 : 9
  const reason = {
    code: 'missed',
    message: `It could not go out by ${new Date(publication.latestBy).toISOString()}.${why}`,
  }
  return { kind: 'state', state: 'missed', transition, reason }
}

/** All parts are prepared before the first is published; what expires in between is prepared again. */
function stepOfPreparation({ publication, conditions, now }: Situation): Step | undefined {
  for (const part of publication.parts) {
    if (part.state !== 'waiting') continue
    const { status, expiresAt, fingerprint, resumeAt } = part.preparation
    const mine = fingerprint === part.fingerprint
    if (mine && status === 'prepared') {
      const needed = now + conditions.abilities.publishTimeoutMs + LEASE_MARGIN_MS
      if (expiresAt !== null && expiresAt <= needed) return move({ kind: 'uploads_expired', part: part.index })
      continue
    }
    const hold = passingHold(publication, part, now)
    if (hold) return waitUntil(part.notBefore, hold)
    if (mine && resumeAt !== null && resumeAt > now) return waitUntil(resumeAt)
    if (publication.state === 'scheduled') return move({ kind: 'state', state: 'preparing', transition: 3 })
    if (publication.state === 'ready') return move({ kind: 'state', state: 'preparing', transition: 6 })
    return { do: 'prepare', part: part.index }
  }
  if (publication.state === 'preparing' || publication.state === 'scheduled')
    return move({ kind: 'state', state: 'ready', transition: 4 })
  return undefined
}

function soonestExpiry(publication: PublicationRecord, conditions: StepConditions): number | null {
  const margin = conditions.abilities.publishTimeoutMs + LEASE_MARGIN_MS
  return publication.parts.reduce<number | null>((soonest, part) => {
    const at = part.preparation.expiresAt
    return at === null ? soonest : earliest(soonest, at - margin)
  }, null)
}

function stepOfDue(situation: Situation, part: PartRecord): Step {
  const { publication, conditions, now } = situation
  const parent = publication.parts.find((candidate) => candidate.index === part.index - 1)
  if (parent && parent.externalId === null) return stepOfOrphan(situation, parent, part)
  if (keepsSpacing(publication, part, now) && conditions.spacedUntil > now) {
    return waitUntil(conditions.spacedUntil, {
      reason: 'spacing',
      scope: 'account',
      until: conditions.spacedUntil,
      message: 'It is late; late posts of an account go out one after the other, with a distance.',
    })
  }
  if (conditions.lookAlikes.includes(part.id)) {
    const message =
      'A post that could not be told from this one is being published or looked for on the same account; one at a time.'
    return waitUntil(now + LOOK_ALIKE_RECHECK_MS, { reason: 'look_alike', scope: 'account', until: null, message })
  }
  const hold = findRateHold(conditions.windows, 'publish', now)
  return hold ? waitUntil(hold.until, hold) : { do: 'publish', part: part.index, from: 'waiting' }
}

/** Late, or released by a resume, and with its first write before it: such posts of an account keep a distance. The parts of one publication do not. */
export function keepsSpacing(publication: PublicationRecord, part: PartRecord, now: number): boolean {
  const first = !publication.parts.some(isLive) && part.attempts.every((attempt) => attempt.run !== publication.run)
  return first && isLate(publication, now)
}

/** The part before is live, but its id is not known yet (rule 18). */
function stepOfOrphan({ conditions, now }: Situation, parent: PartRecord, part: PartRecord): Step {
  if (part.parentWaitSince === null) return move({ kind: 'parent_wait', part: part.index })
  const horizon = part.parentWaitSince + (conditions.abilities.lookAfterMs.at(-1) ?? 0)
  const { finds, lookAfterMs } = conditions.abilities
  const nextLookAt = finds && now <= horizon + LOOK_FAILING_MAX_MS ? parent.nextLookAt : null
  if (nextLookAt !== null && nextLookAt <= now) return { do: 'look', part: parent.index }
  if (now > horizon && (nextLookAt === null || parent.looks >= lookAfterMs.length)) {
    const reason = {
      code: PARENT_ID,
      message: 'The part before it is live, but the platform does not show its id, so nothing can reply to it.',
    }
    return move({ kind: 'ask_person', part: part.index, transition: 27, reason })
  }
  const until = nextLookAt ?? horizon + 1
  return waitUntil(until, {
    reason: PARENT_ID,
    scope: 'post',
    until,
    message: 'Waiting for the id of the part before it.',
  })
}
