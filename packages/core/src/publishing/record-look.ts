import type { AttemptRecord, EvidenceRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Evidence, Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import { askPerson } from './ask-person.ts'
import { partAt, settlePart, toChange, withAttempts, withPart } from './change.ts'
import { closeGroup } from './close-group.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { concerns, horizonOf, lastEndOf, nextLook, nextLookOfLive } from './look-times.ts'
import { isBlocking, isLive, lacksId } from './part-state.ts'
import type { Change, Conditions } from './publishing-store.ts'
import { lookedAtRarely, recordPublished } from './record-outcome.ts'
import { NOT_ACCEPTED_MAX_LIVE, nextRareLookAt } from './timing.ts'

/** What one look said about one attempt. */
export interface Look {
  readonly attemptId: string
  readonly evidence: Evidence
  /** Whether another attempt of the account may own what a listing showed (rule 12). */
  readonly rivals: number
}

export interface LookInput {
  readonly part: number
  /** When the look began, on the database's clock: a proof by time counts only from there (rule 13). */
  readonly begunAt: number
  readonly looks: readonly Look[]
  readonly abilities: Abilities
  readonly conditions: Conditions
}

/** Stores what was seen and what follows from it (rows 37 to 46, 53 and 57). */
export function recordLook(publication: PublicationRecord, now: number, input: LookInput): Change | null {
  const part = partAt(publication, input.part)
  for (const look of input.looks) {
    const attempt = part.attempts.find((candidate) => candidate.id === look.attemptId)
    if (!attempt || !concerns(part, attempt)) continue
    const evidence = ownable(look, part)
    const seen = toAnswered(withEvidence(part, { attempt, evidence, at: now }))
    const change = recordSeen({ publication, part: seen, attempt, evidence, now, input })
    if (change) return change
  }
  return recordNothing({ publication, part, now, input })
}

/** A find in a listing that may belong to somebody else is no evidence. */
function ownable(look: Look, part: PartRecord): Evidence {
  const { evidence } = look
  if (evidence.status !== 'found' || evidence.exact) return evidence
  const own = evidence.externalId !== undefined && evidence.externalId === part.externalId
  if (look.rivals === 0 && !own) return evidence
  const why = own ? 'the post that is already bound to this part' : `it may belong to ${look.rivals} other attempt(s)`
  const { looked = 'a post like it', uses } = evidence
  return { status: 'not_yet', looked: `${looked}; ${why}`, ...(uses && { uses }) }
}

/** What is there may be this part's own post: to repeat it could double it. */
const isDisputed = ({ evidence, rivals }: Look): boolean => evidence.status === 'found' && !evidence.exact && rivals > 0

function withEvidence(
  part: PartRecord,
  { attempt, evidence, at }: { readonly attempt: AttemptRecord; readonly evidence: Evidence; readonly at: number },
): PartRecord {
  const { status: kind, looked = null, uses } = evidence
  const entry: EvidenceRecord = { at, kind, looked, ...(uses && { uses }) }
  return withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({ ...candidate, evidence: [...candidate.evidence, entry] }),
  )
}

/** Whatever it said, the platform answered. */
const toAnswered = (part: PartRecord): PartRecord => ({
  ...part,
  looks: part.looks + 1,
  lookFailingSince: null,
  failures: 0,
  unauthorized: 0,
})

interface Seen {
  readonly publication: PublicationRecord
  /** With the evidence. */
  readonly part: PartRecord
  /** As it was before the look. */
  readonly attempt: AttemptRecord
  readonly evidence: Evidence
  readonly now: number
  readonly input: LookInput
}
type SeenAs<Status extends Evidence['status']> = Extract<Evidence, { readonly status: Status }>

function recordSeen(seen: Seen): Change | null {
  const { part, attempt, evidence, now } = seen
  switch (evidence.status) {
    case 'found':
      return recordFound(seen, evidence)
    case 'processing':
      return recordProcessing(seen, evidence)
    case 'refused': {
      const closed = closeGroup(part, { attempt, verdict: 'refused', now })
      return settle(seen, { ...closed, reason: evidence.reason }, isAsking(part) ? 53 : 39)
    }
    case 'ended':
      return recordEnded(seen)
    case 'unused':
      return recordUnused(seen)
    case 'not_yet':
      return null
  }
}

const isAsking = (part: PartRecord): boolean => part.state === 'needs_attention'

function settle({ publication }: Seen, changed: PartRecord, transition: number): Change {
  return toChange(
    publication,
    withPart({ ...publication, hold: null }, changed.index, () => settlePart(changed, publication.run)),
    { by: 'platform', transition },
  )
}

function recordFound(seen: Seen, found: SeenAs<'found'>): Change | null {
  const { publication, part, attempt, now } = seen
  if (found.delivered) {
    return settle(seen, { ...closeGroup(part, { attempt, verdict: 'delivered', now }), reason: null }, 37)
  }
  const isKnown = attempt.verdict === 'published'
  if (isKnown && found.externalId === undefined) return null
  return recordPublished(publication, now, {
    part,
    attempt,
    found,
    transition: isKnown ? 57 : isAsking(part) ? 53 : 37,
  })
}

function recordProcessing(seen: Seen, { handle, pollAfterMs }: SeenAs<'processing'>): Change {
  const { part, attempt, now, input } = seen
  const processing = withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({ ...candidate, outcome: 'processing', handle, overridden: false }),
  )
  return settle(
    seen,
    {
      ...processing,
      state: part.state === 'given_up' ? part.state : 'unknown',
      handle,
      handleDeadlineAt: null,
      unusedAt: null,
      nextLookAt: now + (pollAfterMs ?? input.abilities.lookAfterMs[0] ?? 0),
      reason: null,
    },
    38,
  )
}

function recordEnded(seen: Seen): Change {
  const { publication, part, attempt, now } = seen
  const closed: PartRecord = {
    ...closeGroup(part, { attempt, verdict: 'absent', now }),
    preparation: NO_PREPARATION,
    unusedAt: null,
    nextLookAt: null,
    reason: null,
  }
  const transition = isAsking(part) ? 53 : 40
  if (!isLostTooOften(publication, closed)) return settle(seen, closed, transition)
  return toChange(
    publication,
    withPart({ ...publication, hold: null }, part.index, () => ({
      ...lookedAtRarely(closed, now),
      state: 'needs_attention',
      reason: lostTooOften,
    })),
    { by: 'platform', transition },
  )
}

/** Beside a live part no time ends the repetitions of what does not arrive. */
const isLostTooOften = ({ parts, run }: PublicationRecord, { attempts }: PartRecord): boolean =>
  parts.some(isLive) &&
  attempts.filter((attempt) => attempt.run === run && attempt.verdict === 'absent').length >= NOT_ACCEPTED_MAX_LIVE

const lostTooOften: Reason = {
  code: 'not_accepted',
  message: `The platform lost it ${NOT_ACCEPTED_MAX_LIVE} times; what is before it is live. Send it again later, or give up.`,
}

/** A look was answered. What else holds the publication is decided after it: a hold that goes on did not end in between. */
function withoutLookHold(publication: PublicationRecord): PublicationRecord {
  return publication.hold?.reason === 'handle_open' ? publication : { ...publication, hold: null }
}

/**
 * It lives, and was not used when the look began. Only the newest of the attempts that share it can say so: what is long enough for an earlier write is
 * not for the one that was sent a moment ago.
 */
function recordUnused({ publication, part, attempt, now, input }: Seen): Change | null {
  if (attempt.id !== part.attempts.findLast(isBlocking)?.id || isAsking(part)) return null
  return toChange(
    publication,
    withPart(withoutLookHold(publication), part.index, () => ({
      ...part,
      unusedAt: input.begunAt,
      nextLookAt: nextLook(part, now, input.abilities),
    })),
    { by: 'platform', transition: 41 },
  )
}

/** Looked, and nothing can be said: the next interval, or the horizon (rows 44 and 46). */
function recordNothing({ publication, part, now, input }: Omit<Seen, 'attempt' | 'evidence'>): Change {
  const seen = input.looks.reduce((current, look) => {
    const attempt = current.attempts.find((candidate) => candidate.id === look.attemptId)
    return attempt ? withEvidence(current, { attempt, evidence: ownable(look, part), at: now }) : current
  }, part)
  const looked = toAnswered(seen)
  if (part.state === 'unknown') {
    const overHorizon = input.begunAt >= horizonOf(part, input.abilities)
    const next = overHorizon
      ? input.looks.some(isDisputed)
        ? askPerson(looked, now, disputed)
        : askOrRepeat({ publication, part: looked, now, input })
      : { ...looked, nextLookAt: nextLook(looked, now, input.abilities) }
    return toChange(
      publication,
      withPart(overHorizon ? { ...publication, hold: null } : withoutLookHold(publication), part.index, () => next),
      { by: 'platform', transition: overHorizon ? 46 : 44 },
    )
  }
  const nextLookAt = lacksId(part) ? nextLookOfLive(looked, now, input.abilities) : nextRareLookAt(lastEndOf(part), now)
  return toChange(
    publication,
    withPart(publication, part.index, () => ({ ...looked, nextLookAt })),
    { by: 'platform' },
  )
}

const disputed: Reason = {
  code: 'outcome_unknown',
  message:
    'The platform shows a post like it, which may belong to another publication of the account. Look at the account, then confirm with the id, send again, or give up.',
}

/** Answered looks saw nothing until the horizon: repeat once where the account allows it, else a person decides (row 46). */
function askOrRepeat({ publication, part, now, input }: Omit<Seen, 'attempt' | 'evidence'>): PartRecord {
  const wanted = publication.cancelRequestedAt === null && now < publication.latestBy
  if (input.conditions.afterUnknown === 'ask' || part.repeatedOnce || !wanted) return askPerson(part, now)
  const overridden = withAttempts(part, isBlocking, (attempt) => ({ ...attempt, overridden: true }))
  return settlePart(
    { ...overridden, repeatedOnce: true, state: 'waiting', unusedAt: null, nextLookAt: null },
    publication.run,
  )
}
