import { type Hold, UNEXPLAINED_PAUSE } from '../model/hold.ts'
import type { AttemptRecord, PartRecord, PublicationRecord, PublicationState } from '../model/publication.ts'
import { isFinal } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import { currentPart, hasOpenAttempt, isBlocking, isLive, isOpen, lacksId, lacksUrl } from './part-state.ts'
import type { Conditions } from './publishing-store.ts'
import { findRateHold } from './rate-hold.ts'
import { isLate } from './take-turns.ts'
import { KEY_MARGIN_MS, LEASE_MARGIN_MS, LOOK_ALIKE_RECHECK_MS, LOOK_FAILING_MAX_MS } from './timing.ts'

/** What the machine does next. Everything but `wait`, `done` and the pure moves talks to the platform. */
export type Step =
  | { readonly do: 'done' }
  /** Nothing until then, null: until changed. `hold` is why, null when it simply is not time yet. */
  | { readonly do: 'wait'; readonly until: number | null; readonly hold: Hold | null }
  /** A move that needs no call. */
  | { readonly do: 'move'; readonly move: Move }
  | { readonly do: 'prepare'; readonly part: number }
  /** S2 and the write. `unknown`: a repetition with the same handle or key. */
  | { readonly do: 'publish'; readonly part: number; readonly from: 'waiting' | 'unknown' }
  /** Ask for the outcome of a handle. */
  | { readonly do: 'ask'; readonly part: number; readonly handle: string }
  /** Look for the writes of open attempts, or for the id or the address of a published part. */
  | { readonly do: 'look'; readonly part: number }
  | { readonly do: 'remove'; readonly part: number }

export type Move =
  | { readonly kind: 'state'; readonly state: PublicationState; readonly transition: number; readonly reason?: Reason }
  | { readonly kind: 'lease_over'; readonly part: number; readonly attempt: number }
  | { readonly kind: 'uploads_expired'; readonly part: number }
  | { readonly kind: 'absent'; readonly part: number }
  | { readonly kind: 'ask_person'; readonly part: number; readonly transition: number; readonly reason: Reason }
  | { readonly kind: 'parent_wait'; readonly part: number }
  | { readonly kind: 'slow'; readonly part: number }
  | { readonly kind: 'horizon'; readonly part: number }

export type StepConditions = Conditions & { readonly abilities: Abilities }

/** Why a part waits, and in the end asks a person: the part before it is live, and nobody knows its id. */
export const PARENT_ID = 'parent_id'

const DONE: Step = { do: 'done' }
const waitUntil = (until: number | null, hold: Hold | null = null): Step => ({ do: 'wait', until, hold })
const move = (made: Move): Step => ({ do: 'move', move: made })

/**
 * Decides alone what happens next (S1). Pure; `now` is the database's clock. Asks in this order (rule 22): results, cancel, latestBy, holds, the step.
 */
export function nextStep(publication: PublicationRecord, conditions: StepConditions, now: number): Step {
  const step = decide(publication, conditions, now)
  return step.do === 'look' || step.do === 'ask' ? lookWhenAnswered(publication, step, conditions, now) : step
}

/** A look that the platform is known to refuse waits, for at most as long as looks may fail: then it is made, and what it comes to counts (rule 13). */
function lookWhenAnswered(
  publication: PublicationRecord,
  step: Extract<Step, { do: 'look' | 'ask' }>,
  conditions: Conditions,
  now: number,
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

function decide(publication: PublicationRecord, conditions: StepConditions, now: number): Step {
  const inFlight = findInFlight(publication)
  if (inFlight) {
    const { part, attempt } = inFlight
    return attempt.leaseUntil > now
      ? waitUntil(attempt.leaseUntil)
      : move({ kind: 'lease_over', part: part.index, attempt: attempt.number })
  }
  if (isFinal(publication.state)) return afterTheEnd(publication, conditions, now)
  if (publication.state === 'draft') return waitUntil(null)
  const part = currentPart(publication)
  if (!part) return afterTheEnd(publication, conditions, now)
  switch (part.state) {
    case 'processing':
      return stepOfProcessing(publication, part, conditions, now)
    case 'unknown':
      return stepOfUnknown(publication, part, conditions, now)
    case 'needs_attention':
      return lookAgain(publication, soonestUndecided(publication, conditions.abilities) ?? part, conditions, now)
    default:
      return stepOfWaiting(publication, part, conditions, now)
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
function afterTheEnd(publication: PublicationRecord, conditions: StepConditions, now: number): Step {
  if (publication.removeRequestedAt !== null) {
    const live = publication.parts.findLast((part) => part.state === 'published' && part.externalId !== null)
    if (live && conditions.abilities.removes) {
      const hold = firstHold(publication, conditions, now) ?? findRateHold(conditions.windows, 'remove', now)
      if (hold) return waitUntil(hold.until, hold)
      return live.notBefore !== null && live.notBefore > now
        ? waitUntil(live.notBefore, publication.hold)
        : { do: 'remove', part: live.index }
    }
  }
  const open = soonestUndecided(publication, conditions.abilities)
  return open ? lookAgain(publication, open, conditions, now) : DONE
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
function lookAgain(publication: PublicationRecord, part: PartRecord, conditions: StepConditions, now: number): Step {
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

function stepOfProcessing(
  publication: PublicationRecord,
  part: PartRecord,
  conditions: StepConditions,
  now: number,
): Step {
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

function stepOfUnknown(
  publication: PublicationRecord,
  part: PartRecord,
  conditions: StepConditions,
  now: number,
): Step {
  const { abilities } = conditions
  if (part.unusedAt !== null) return stepOfUnused(publication, part, conditions, now)
  if (keyAlive(part, abilities, now)) {
    if (part.nextLookAt !== null && part.nextLookAt > now) return waitUntil(part.nextLookAt)
    const hold = repetitionHold(publication, part, conditions, now)
    return hold
      ? waitUntil(earliest(hold.until, keyEnd(part, abilities)), handleOpen(hold))
      : { do: 'publish', part: part.index, from: 'unknown' }
  }
  if (!abilities.finds) return move({ kind: 'horizon', part: part.index })
  if (part.nextLookAt !== null && part.nextLookAt > now)
    return waitUntil(part.nextLookAt, lookFailing(publication.hold))
  return { do: 'look', part: part.index }
}

/** The handle lives and was not used: it allows a new attempt with the same handle, nothing else (rule 2). */
function stepOfUnused(publication: PublicationRecord, part: PartRecord, conditions: StepConditions, now: number): Step {
  const { abilities } = conditions
  const unusedAt = part.unusedAt ?? now
  const ended = Math.max(...part.attempts.filter(isBlocking).map((attempt) => attempt.endedAt ?? attempt.leaseUntil))
  const settled = abilities.settledAfterMs !== null && unusedAt > ended + abilities.settledAfterMs
  const unwanted = publication.cancelRequestedAt !== null || now >= publication.latestBy
  if (unwanted && settled) return move({ kind: 'absent', part: part.index })
  const hold = repetitionHold(publication, part, conditions, now)
  const expiresAt = part.attempts.findLast(isBlocking)?.uploadsExpireAt ?? null
  const outlives = expiresAt === null || expiresAt > now + abilities.publishTimeoutMs + LEASE_MARGIN_MS
  if (!hold && outlives) return { do: 'publish', part: part.index, from: 'unknown' }
  if (part.nextLookAt !== null && part.nextLookAt > now)
    return waitUntil(earliest(part.nextLookAt, hold?.until ?? null), handleOpen(hold))
  return { do: 'look', part: part.index }
}

/** What stops a repetition: a cancel, a switch or limit, or the distance to a refusal that passes. */
const repetitionHold = (
  publication: PublicationRecord,
  part: PartRecord,
  conditions: Conditions,
  now: number,
): Hold | null =>
  publication.cancelRequestedAt !== null
    ? canceling()
    : (firstHold(publication, conditions, now) ??
      passingHold(publication, part, now) ??
      findRateHold(conditions.windows, 'publish', now))

const canceling = (): Hold => ({
  reason: 'handle_open',
  scope: 'post',
  until: null,
  message: 'Canceled as soon as the platform shows that the post cannot appear any more.',
})

function handleOpen(hold: Hold | null): Hold {
  const why = hold && hold.reason !== 'handle_open' ? ` (${hold.message})` : ''
  return {
    reason: 'handle_open',
    scope: 'post',
    until: hold?.until ?? null,
    message: `The earlier write could still appear; nothing is sent again for now${why}.`,
  }
}

/** Why looks do not answer; kept while they are tried again. */
const lookFailing = (hold: Hold | null): Hold | null =>
  hold?.reason === 'look_failing' || hold?.reason === 'connection' ? hold : null

function stepOfWaiting(
  publication: PublicationRecord,
  part: PartRecord,
  conditions: StepConditions,
  now: number,
): Step {
  const ended = endOfWaiting(publication, part, now)
  if (ended) return move(ended)
  if (publication.state === 'awaiting_approval') return waitUntil(publication.latestBy)
  const prepareAt = conditions.abilities.prepares ? publication.dueAt - publication.leadMs : publication.dueAt
  if (now < prepareAt) return waitUntil(prepareAt)
  const shared = firstHold(publication, conditions, now)
  const hold = shared ?? passingHold(publication, part, now)
  const capped = (until: number | null): number | null =>
    publication.parts.some(isLive) ? until : earliest(until, publication.latestBy)
  if (hold) return waitUntil(capped(shared ? shared.until : part.notBefore), hold)
  if (conditions.abilities.prepares) {
    const step = stepOfPreparation(publication, conditions, now)
    if (step) return step.do === 'wait' ? { ...step, until: capped(step.until) } : step
  }
  if (now < publication.dueAt)
    return waitUntil(capped(earliest(publication.dueAt, soonestExpiry(publication, conditions))))
  const step = stepOfDue(publication, part, conditions, now)
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

/** What stops everything but look-ups: the connection, switches, shared limits (S6, S12). */
export function firstHold(_publication: PublicationRecord, conditions: Conditions, now: number): Hold | null {
  if (conditions.connection !== 'active') return connectionHold(conditions)
  const hold = conditions.holds.find(({ until }) => until === null || until > now)
  return hold ? withPerson(hold) : null
}

/** A pause says who asked for it, and what for where that was given. */
function withPerson(hold: Hold): Hold {
  if (hold.reason !== 'paused' || hold.by === undefined) return hold
  const why = hold.message === UNEXPLAINED_PAUSE ? '' : `: ${hold.message}`
  return { ...hold, message: `Paused by ${hold.by}${why}.` }
}

/** In the platform's words, where it said what is missing. */
function connectionHold({ connection, connectionReason, holds }: Conditions): Hold {
  const held = (message: string): Hold => ({ reason: 'connection', scope: 'account', until: null, message })
  if (connection !== 'reconnect') return held('The account is disconnected: connect it again.')
  const permission = holds.find(({ reason }) => reason === 'permission')
  if (permission) return permission
  return held(`Reconnect the account: ${connectionReason ?? 'the connection has expired or was withdrawn.'}`)
}

/** The publication's own reason to wait, while its time has not come. */
function passingHold(publication: PublicationRecord, part: PartRecord, now: number): Hold | null {
  if (part.notBefore === null || part.notBefore <= now) return null
  const hold = publication.hold ?? {
    reason: 'not_accepted',
    scope: 'post',
    message: 'The platform did not take it; it is sent again.',
    until: null,
  }
  // A budget says when it renews; it is asked again before that, because it may be raised.
  return hold.reason === 'budget' ? hold : { ...hold, until: part.notBefore }
}

/** All parts are prepared before the first is published; what expires in between is prepared again. */
function stepOfPreparation(publication: PublicationRecord, conditions: StepConditions, now: number): Step | undefined {
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

function stepOfDue(publication: PublicationRecord, part: PartRecord, conditions: StepConditions, now: number): Step {
  const parent = publication.parts.find((candidate) => candidate.index === part.index - 1)
  if (parent && parent.externalId === null) return stepOfOrphan(parent, part, conditions, now)
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
function stepOfOrphan(parent: PartRecord, part: PartRecord, conditions: StepConditions, now: number): Step {
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

function keyEnd(part: PartRecord, abilities: Abilities): number | null {
  if (abilities.idempotentForMs === null) return null
  const open = part.attempts.filter(isBlocking)
  const key = open[0]?.key
  const first = Math.min(...part.attempts.filter((attempt) => attempt.key === key).map((attempt) => attempt.startedAt))
  return first + abilities.idempotentForMs - KEY_MARGIN_MS
}

/** Whether a repetition with the same key would still be recognised by the platform. */
export function keyAlive(part: PartRecord, abilities: Abilities, now: number): boolean {
  const end = keyEnd(part, abilities)
  return end !== null && now + abilities.publishTimeoutMs < end
}

export function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
