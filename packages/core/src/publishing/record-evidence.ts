import type { AttemptRecord, EvidenceRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Evidence, PublishOutcome, Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import { toBlockHold, withBlock } from './block-hold.ts'
import { partAt, settlePart, toChange, withAttempts, withPart } from './change.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { concerns, horizonOf, lastEndOf, nextLook, nextLookOfLive } from './look-times.ts'
import { hasOpenAttempt, isBlocking, isLive, isOpen, lacksId } from './part-state.ts'
import type { Change, Conditions } from './publishing-store.ts'
import { lookedAtRarely, NO_REFUSALS, recordPublished } from './record-outcome.ts'
import { NOT_ACCEPTED_MAX_LIVE, nextRareLookAt, PREPARED_AGAIN_MAX } from './timing.ts'

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
}

/** Stores what was seen and what follows from it (rows 37 to 46, 53 and 57). */
export function recordLook(
  publication: PublicationRecord,
  now: number,
  conditions: Conditions,
  input: LookInput,
): Change | null {
  const part = partAt(publication, input.part)
  for (const look of input.looks) {
    const attempt = part.attempts.find((candidate) => candidate.id === look.attemptId)
    if (!attempt || !concerns(part, attempt)) continue
    const evidence = ownable(look, part)
    const seen = withEvidence(part, attempt, evidence, now)
    const change = decide({ publication, part: seen, attempt, evidence, now, input })
    if (change) return change
  }
  return recordNothing({ publication, part, now, conditions, input })
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

export function withEvidence(part: PartRecord, attempt: AttemptRecord, evidence: Evidence, at: number): PartRecord {
  const { status: kind, looked = null, uses } = evidence
  const entry: EvidenceRecord = { at, kind, looked, ...(uses && { uses }) }
  return withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({ ...candidate, evidence: [...candidate.evidence, entry] }),
  )
}

interface Seen {
  readonly publication: PublicationRecord
  readonly part: PartRecord
  readonly attempt: AttemptRecord
  readonly evidence: Evidence
  readonly now: number
  readonly input: LookInput
}

function decide({ publication, part, attempt, evidence, now, input }: Seen): Change | null {
  const asking = part.state === 'needs_attention'
  const answered: PartRecord = { ...part, looks: part.looks + 1, lookFailingSince: null, failures: 0, unauthorized: 0 }
  const finish = (changed: PartRecord, transition: number): Change =>
    toChange(
      publication,
      withPart({ ...publication, hold: null }, part.index, () => settlePart(changed, publication.run)),
      { by: 'platform', transition },
    )
  switch (evidence.status) {
    case 'found':
      if (evidence.delivered) return finish({ ...closeGroup(answered, attempt, 'delivered', now), reason: null }, 37)
      if (attempt.verdict === 'published' && evidence.externalId === undefined) return null
      return recordPublished(publication, now, {
        part: answered,
        attempt,
        found: evidence,
        transition: attempt.verdict === 'published' ? 57 : asking ? 53 : 37,
      })
    case 'processing': {
      const processing = withAttempts(
        answered,
        (candidate) => candidate.id === attempt.id,
        (candidate) => ({ ...candidate, outcome: 'processing', handle: evidence.handle, overridden: false }),
      )
      return finish(
        {
          ...processing,
          state: part.state === 'given_up' ? part.state : 'unknown',
          handle: evidence.handle,
          handleDeadlineAt: null,
          unusedAt: null,
          nextLookAt: now + (evidence.pollAfterMs ?? input.abilities.lookAfterMs[0] ?? 0),
          reason: null,
        },
        38,
      )
    }
    case 'refused':
      return finish({ ...closeGroup(answered, attempt, 'refused', now), reason: evidence.reason }, asking ? 53 : 39)
    case 'ended': {
      const closed: PartRecord = {
        ...closeGroup(answered, attempt, 'absent', now),
        preparation: NO_PREPARATION,
        unusedAt: null,
        nextLookAt: null,
        reason: null,
      }
      return isLostTooOften(publication, closed)
        ? toChange(
            publication,
            withPart({ ...publication, hold: null }, part.index, () => ({
              ...lookedAtRarely(closed, now),
              state: 'needs_attention',
              reason: lostTooOften,
            })),
            { by: 'platform', transition: asking ? 53 : 40 },
          )
        : finish(closed, asking ? 53 : 40)
    }
    case 'unused':
      if (!isBlocking(attempt) || asking) return null
      return toChange(
        publication,
        withPart(withoutLookHold(publication), part.index, () => ({
          ...answered,
          unusedAt: input.begunAt,
          nextLookAt: nextLook(answered, now, input.abilities),
        })),
        { by: 'platform', transition: 41 },
      )
    case 'not_yet':
      return null
  }
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

/** Attempts that are open together without an override share a handle or key: what is proven of it is proven of all. */
function closeGroup(
  part: PartRecord,
  attempt: AttemptRecord,
  verdict: AttemptRecord['verdict'],
  now: number,
): PartRecord {
  const matches = attempt.overridden ? (candidate: AttemptRecord) => candidate.id === attempt.id : isBlocking
  return withAttempts(part, matches, (candidate) => ({
    ...candidate,
    verdict,
    outcome: 'closed',
    endedAt: candidate.endedAt ?? now,
  }))
}

/** Looked, and nothing can be said: the next interval, or the horizon (rows 44 and 46). */
function recordNothing({
  publication,
  part,
  now,
  conditions,
  input,
}: Omit<Seen, 'attempt' | 'evidence'> & { readonly conditions: Conditions }): Change | null {
  const seen = input.looks.reduce((current, look) => {
    const attempt = current.attempts.find((candidate) => candidate.id === look.attemptId)
    return attempt ? withEvidence(current, attempt, ownable(look, part), now) : current
  }, part)
  const answered: PartRecord = { ...seen, looks: part.looks + 1, lookFailingSince: null, failures: 0, unauthorized: 0 }
  if (part.state === 'unknown') {
    const overHorizon = input.begunAt >= horizonOf(part, input.abilities)
    const next = overHorizon
      ? input.looks.some(isDisputed)
        ? askPerson(answered, now, disputed)
        : askOrRepeat(publication, answered, conditions, now)
      : { ...answered, nextLookAt: nextLook(answered, now, input.abilities) }
    return toChange(
      publication,
      withPart(overHorizon ? { ...publication, hold: null } : withoutLookHold(publication), part.index, () => next),
      { by: 'platform', transition: overHorizon ? 46 : 44 },
    )
  }
  const nextLookAt = lacksId(part)
    ? nextLookOfLive(answered, now, input.abilities)
    : nextRareLookAt(lastEndOf(part), now)
  return toChange(
    publication,
    withPart(publication, part.index, () => ({ ...answered, nextLookAt })),
    { by: 'platform' },
  )
}

const asks: Reason = {
  code: 'outcome_unknown',
  message:
    'The write may have worked, and the platform does not show it. Look at the account, then confirm with the id, send again, or give up.',
}

const disputed: Reason = {
  code: 'outcome_unknown',
  message:
    'The platform shows a post like it, which may belong to another publication of the account. Look at the account, then confirm with the id, send again, or give up.',
}

/** Answered looks saw nothing until the horizon: repeat once where the account allows it, else a person decides (row 46). */
function askOrRepeat(
  publication: PublicationRecord,
  part: PartRecord,
  conditions: Conditions,
  now: number,
): PartRecord {
  const wanted = publication.cancelRequestedAt === null && now < publication.latestBy
  if (conditions.afterUnknown === 'ask' || part.repeatedOnce || !wanted) return askPerson(part, now)
  const overridden = withAttempts(part, isBlocking, (attempt) => ({ ...attempt, overridden: true }))
  return settlePart(
    { ...overridden, repeatedOnce: true, state: 'waiting', unusedAt: null, nextLookAt: null },
    publication.run,
  )
}

/** Nobody but a person can say what became of it. Where nothing was looked at, nothing is repeated either. */
export function askPerson(part: PartRecord, now: number, reason = asks): PartRecord {
  return {
    ...part,
    state: 'needs_attention',
    reason,
    unusedAt: null,
    nextLookAt: hasOpenAttempt(part) ? nextRareLookAt(now, now) : null,
  }
}

/** What `readOutcome` said of a handle (rows 50 to 52). */
export type AskedOutcome =
  | Extract<PublishOutcome, { status: 'published' }>
  | { readonly status: 'processing'; readonly pollAfterMs: number }
  | { readonly status: 'delivered'; readonly handle: string }
  | { readonly status: 'refused'; readonly reason: Reason }
  | { readonly status: 'prepare_again'; readonly reason?: Reason }
  | { readonly status: 'forgotten' }

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
      return finish({ ...closeGroup(answered, attempt, 'delivered', now), reason: null }, 50)
    case 'processing':
      return finish({ ...answered, nextLookAt: now + input.answer.pollAfterMs }, 32)
    case 'refused':
      return finish({ ...closeGroup(answered, attempt, 'refused', now), reason: input.answer.reason, handle: null }, 50)
    case 'prepare_again': {
      const closed = closeGroup(answered, attempt, 'absent', now)
      const again: PartRecord = {
        ...closed,
        preparedAgain: part.preparedAgain + 1,
        preparation: NO_PREPARATION,
        handle: null,
        nextLookAt: null,
        reason: input.answer.reason ?? null,
      }
      if (again.preparedAgain < PREPARED_AGAIN_MAX || again.attempts.some(isOpen)) return finish(again, 50)
      return toChange(
        publication,
        withPart({ ...publication, hold: null }, part.index, () => ({ ...again, state: 'needs_attention' })),
        { by: 'platform', transition: 50 },
      )
    }
    case 'forgotten': {
      const doubtful = withAttempts(
        answered,
        (candidate) => candidate.id === attempt.id,
        (candidate) => ({ ...candidate, outcome: 'unknown', endedAt: now }),
      )
      const looking = settlePart(
        { ...doubtful, handle: null, looks: 0, nextLookAt: now, reason: asks },
        publication.run,
      )
      const next = input.abilities.finds ? looking : askPerson(looking, now)
      return toChange(
        publication,
        withPart(publication, part.index, () => next),
        { by: 'platform', transition: 52 },
      )
    }
  }
}
