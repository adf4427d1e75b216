import type { Hold } from '../model/hold.ts'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import { askPerson } from './ask-person.ts'
import { withBlock } from './block-hold.ts'
import { partAt, settlePart, toChange, withAttempts, withPart } from './change.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { isBlocking, isOpen } from './part-state.ts'
import type { Change, ConnectionLoss, PublicationEvent, SharedHold } from './publishing-store.ts'
import { PARENT_ID } from './step-of-waiting.ts'
import { nextRareLookAt } from './timing.ts'

/** What became of one call of `publish`, as far as its caller saw. `error-outcome.ts` makes it of a throw; `error` is its short name, such as `ECONNRESET`. */
export type AttemptOutcome =
  | { readonly kind: 'published'; readonly externalId?: string; readonly url?: string; readonly block?: SharedHold }
  | { readonly kind: 'delivered'; readonly handle: string }
  | { readonly kind: 'processing'; readonly handle: string; readonly pollAfterMs: number; readonly deadlineMs: number }
  /** For good. `duplicate`: the platform says that it has the post already. */
  | { readonly kind: 'refused'; readonly reason: Reason; readonly error?: string; readonly duplicate?: boolean }
  /** Certainly nothing happened. */
  | { readonly kind: 'not_sent'; readonly reason: Reason; readonly error?: string; readonly passing: PassingRefusal }
  /** `block`: what the platform stopped with its answer; look-ups go on. */
  | { readonly kind: 'unknown'; readonly reason: Reason; readonly error?: string; readonly block?: SharedHold }

/** Why it may work later, and from when. */
export interface PassingRefusal {
  readonly notBefore: number | null
  readonly hold: Hold | null
  readonly shared?: SharedHold['scope']
  readonly longerWaitsMs?: SharedHold['longerWaitsMs']
  readonly connection?: ConnectionLoss
  readonly dropUploads?: boolean
  /** Which counter it raises; the others start again. */
  readonly counts?: 'preparedAgain' | 'notAccepted' | 'unauthorized'
  /** Ends in `needs_attention` instead: the bound is reached. */
  readonly exhausted?: boolean
}

/** The hold, where it reaches beyond the publication. */
export function toSharedHolds({ shared: scope, hold, longerWaitsMs }: PassingRefusal): readonly SharedHold[] {
  return scope && hold ? [{ scope, hold, ...(longerWaitsMs && { longerWaitsMs }) }] : []
}

export interface OutcomeInput {
  readonly part: number
  readonly attemptId: string
  readonly outcome: AttemptOutcome
  readonly request: string | null
  readonly abilities: Abilities
}

/**
 * Stores the result of an attempt and moves the state with it (rules 1 and 8; rows 31 to 36 and 47 to 49). Touches only its own attempt; once a verdict has
 * closed it, only `published` still counts. Null when there is nothing to change.
 */
export function recordOutcome(publication: PublicationRecord, now: number, input: OutcomeInput): Change | null {
  const part = partAt(publication, input.part)
  const attempt = part.attempts.find((candidate) => candidate.id === input.attemptId)
  if (!attempt) return null
  const { outcome } = input
  const nameless = part.externalId === null && outcome.kind === 'published' && outcome.externalId !== undefined
  if (attempt.verdict !== null && !(outcome.kind === 'published' && (attempt.verdict !== 'published' || nameless)))
    return null
  const stale = attempt.outcome !== 'open'
  const ended = { endedAt: attempt.endedAt ?? now, request: input.request ?? attempt.request }
  const own = (change: Partial<AttemptRecord>): PartRecord =>
    withAttempts(
      part,
      (candidate) => candidate.id === attempt.id,
      (candidate) => ({ ...candidate, ...ended, ...change }),
    )
  const finish = (changed: PartRecord, options: Parameters<typeof toChange>[2]): Change =>
    toChange(
      publication,
      withPart({ ...publication, hold: null }, part.index, () =>
        paused(settlePart(changed, publication.run), now, input.abilities),
      ),
      options,
    )
  switch (outcome.kind) {
    case 'published':
      return withBlock(
        recordPublished(publication, now, { part, attempt, found: outcome, ended, transition: stale ? 47 : 31 }),
        outcome.block,
      )
    case 'delivered':
      return finish(
        { ...own({ outcome: 'closed', verdict: 'delivered', handle: outcome.handle }), handle: outcome.handle },
        { by: 'platform', transition: 31 },
      )
    case 'processing':
      return recordProcessing({ publication, now, part, attempt, own, finish }, outcome)
    case 'refused':
      return recordRefused({ publication, now, part, attempt, own, finish }, outcome)
    case 'not_sent':
      return recordNotSent({ publication, now, part, attempt, own, finish }, outcome)
    case 'unknown':
      // A stale doubt tells nothing new.
      if (stale) return null
      return withBlock(
        recordUnknown(publication, now, {
          doubtful: own({ outcome: 'unknown', error: errorOf(outcome) }),
          reason: outcome.reason,
          abilities: input.abilities,
        }),
        outcome.block,
      )
  }
}

/** The reason is the sentence; an attempt keeps what a machine or a bug report wants. */
const errorOf = ({ error, reason }: { readonly error?: string; readonly reason: Reason }): string =>
  error ?? reason.code

/** Whose outcome is recorded. */
interface Recorded {
  readonly publication: PublicationRecord
  readonly now: number
  readonly part: PartRecord
  readonly attempt: AttemptRecord
  /** The part with a changed attempt. */
  readonly own: (change: Partial<AttemptRecord>) => PartRecord
  /** The change that leaves the part like this, in line with all its attempts. */
  readonly finish: (changed: PartRecord, options: Parameters<typeof toChange>[2]) => Change
}

/** Counters of passing refusals, back at zero. */
export const NO_REFUSALS = {
  preparedAgain: 0,
  notAccepted: 0,
  unauthorized: 0,
  failures: 0,
  notBefore: null,
  lookFailingSince: null,
} as const

interface PublishedInput {
  readonly part: PartRecord
  readonly attempt: AttemptRecord
  readonly found: { readonly externalId?: string; readonly url?: string }
  /** What the end of the call adds to the attempt. */
  readonly ended?: Partial<AttemptRecord>
  readonly transition: number
}

/**
 * Binds the id. Attempts that shared a handle or key made this one post; overridden ones stay open: they may have made another. A second live post of a part
 * keeps the first id and raises an event.
 */
export function recordPublished(
  publication: PublicationRecord,
  now: number,
  { part, attempt, found, ended, transition }: PublishedInput,
): Change {
  const group =
    attempt.overridden || attempt.verdict !== null
      ? [attempt.id]
      : part.attempts.filter(isBlocking).map((candidate) => candidate.id)
  const externalId = found.externalId ?? null
  const second =
    part.state === 'published' && part.externalId !== null && externalId !== null && part.externalId !== externalId
  const closed = withAttempts(
    part,
    (candidate) => group.includes(candidate.id),
    (candidate) => ({
      ...candidate,
      ...(candidate.id === attempt.id ? ended : {}),
      endedAt: candidate.endedAt ?? now,
      outcome: 'closed',
      verdict: 'published',
      externalId,
    }),
  )
  const bound: PartRecord = second
    ? closed
    : {
        ...closed,
        ...NO_REFUSALS,
        externalId: part.externalId ?? externalId,
        url: part.url ?? found.url ?? null,
        reason: null,
        unusedAt: null,
        handle: null,
        handleDeadlineAt: null,
      }
  const stillOpen = bound.attempts.some(isOpen)
  const nameless = (bound.externalId ?? externalId) === null
  // An id that is missing is looked for at once, then at the adapter's intervals; what may have made a second post, rarely.
  const nextLookAt = nameless ? now : stillOpen ? nextRareLookAt(now, now) : null
  const next: PartRecord = { ...bound, looks: 0, nextLookAt }
  const events: PublicationEvent[] = second
    ? [
        {
          type: 'publication.duplicate_live',
          by: 'platform',
          partIndex: part.index,
          details: { kept: part.externalId, second: externalId, url: found.url ?? null },
        },
      ]
    : part.state === 'published'
      ? identified(part, next)
      : []
  const after = withPart({ ...publication, hold: null, reason: null }, part.index, () =>
    settlePart(next, publication.run),
  )
  const named = next.externalId === null ? after : withPart(after, part.index + 1, withParentId)
  return toChange(publication, named, { by: 'platform', transition, events })
}

/** What was missing of a live part is known now: whoever keeps ids or addresses is told. */
export function identified(before: PartRecord, { index, externalId, url }: PartRecord): PublicationEvent[] {
  if (before.externalId === externalId && before.url === url) return []
  return [{ type: 'publication.part_identified', by: 'platform', partIndex: index, details: { externalId, url } }]
}

/** What it asked a person about is answered: it goes on by itself. */
function withParentId(part: PartRecord): PartRecord {
  if (part.state !== 'needs_attention' || part.reason?.code !== PARENT_ID) return part
  return { ...part, state: 'waiting', reason: null, parentWaitSince: null }
}

function recordProcessing(
  { now, part, attempt, own, finish }: Recorded,
  outcome: Extract<AttemptOutcome, { kind: 'processing' }>,
): Change {
  const others = part.attempts.some((candidate) => candidate.id !== attempt.id && isOpen(candidate))
  if (others) return finish(own({ handle: outcome.handle, outcome: 'unknown' }), { by: 'platform', transition: 32 })
  const processing = own({ handle: outcome.handle, outcome: 'processing', overridden: false })
  return finish(
    {
      ...processing,
      handle: outcome.handle,
      handleDeadlineAt: now + outcome.deadlineMs,
      slowRaised: false,
      nextLookAt: now + outcome.pollAfterMs,
      unusedAt: null,
      reason: null,
      state: part.state === 'given_up' ? part.state : 'publishing',
    },
    { by: 'platform', transition: attempt.outcome === 'open' ? 32 : 49 },
  )
}

/** What asks a person beside an open attempt is still looked at (rule 14), also when that one was overridden. */
export function lookedAtRarely(part: PartRecord, now: number): PartRecord {
  return part.nextLookAt === null && part.attempts.some(isOpen)
    ? { ...part, nextLookAt: nextRareLookAt(now, now) }
    : part
}

function recordRefused(
  { now, attempt, own, finish }: Recorded,
  outcome: Extract<AttemptOutcome, { kind: 'refused' }>,
): Change {
  const refused = own({ outcome: 'closed', verdict: 'refused', error: errorOf(outcome) })
  const others = refused.attempts.filter(isOpen)
  const asked = outcome.duplicate === true && others.length > 0
  // "Already there" while an earlier write is not disproved: that one is probably live. It is looked for again.
  const looked = asked
    ? { ...withAttempts(refused, isOpen, (other) => ({ ...other, overridden: false })), nextLookAt: now, looks: 0 }
    : lookedAtRarely(refused, now)
  const stale = attempt.outcome !== 'open'
  return finish({ ...looked, reason: outcome.reason }, { by: 'platform', transition: stale ? 48 : 33 })
}

function recordNotSent(
  { publication, now, attempt, own, finish }: Recorded,
  outcome: Extract<AttemptOutcome, { kind: 'not_sent' }>,
): Change {
  const { passing, reason } = outcome
  const closed = own({ outcome: 'closed', verdict: 'not_sent', error: errorOf(outcome) })
  const count = passing.counts
  const counted: PartRecord = {
    ...closed,
    preparedAgain: count === 'preparedAgain' ? closed.preparedAgain + 1 : closed.preparedAgain,
    notAccepted: count === 'notAccepted' ? closed.notAccepted + 1 : closed.notAccepted,
    unauthorized: passing.connection ? 0 : count === 'unauthorized' ? closed.unauthorized + 1 : closed.unauthorized,
    notBefore: passing.notBefore,
    reason,
    unusedAt: null,
    preparation: passing.dropUploads ? NO_PREPARATION : closed.preparation,
  }
  const none = !counted.attempts.some(isBlocking)
  const stale = attempt.outcome !== 'open'
  const options = {
    by: 'platform',
    transition: stale ? 48 : none ? 34 : 35,
    sharedHolds: toSharedHolds(passing),
    ...(passing.connection ? { connection: passing.connection } : {}),
  }
  if (passing.exhausted === true && none && counted.state !== 'given_up') {
    const asking = withPart({ ...publication, hold: null }, counted.index, () => ({
      ...lookedAtRarely(counted, now),
      state: 'needs_attention' as const,
    }))
    return toChange(publication, asking, options)
  }
  const change = finish(counted, options)
  return passing.hold ? withHold(publication, change, passing.hold) : change
}

function withHold(before: PublicationRecord, change: Change, hold: Hold): Change {
  const after = { ...change.publication, hold }
  const held = toChange({ ...after, hold: before.hold }, after).events
  return {
    ...change,
    publication: after,
    events: [...change.events.filter((event) => event.type !== 'publication.resumed'), ...held],
  }
}

/** The adapter's first interval; where a key is repeated instead of looked up, the distance grows with every repetition. */
function repetitionPauseMs(part: PartRecord, abilities: Abilities): number {
  const { finds, lookAfterMs } = abilities
  const key = part.attempts.find(isBlocking)?.key
  const repetitions = part.attempts.filter((attempt) => attempt.key === key).length - 1
  return (finds ? lookAfterMs[0] : (lookAfterMs[Math.max(0, repetitions)] ?? lookAfterMs.at(-1))) ?? 0
}

/** What stays unknown after an answer is not repeated without a pause. */
function paused(part: PartRecord, now: number, abilities: Abilities): PartRecord {
  if (part.state !== 'unknown' || abilities.finds) return part
  return { ...part, nextLookAt: Math.max(part.nextLookAt ?? 0, now + repetitionPauseMs(part, abilities)) }
}

/** What happened, and what is done about it before anything is repeated. */
function withPlan({ code, message }: Reason, { finds }: Abilities): Reason {
  const plan = finds
    ? 'It is being looked for before anything is repeated.'
    : 'It is sent again with the same key, by which the platform recognises it.'
  return { code, message: `${message} ${plan}` }
}

interface DoubtInput {
  /** The part, with the attempt marked as unknown. */
  readonly doubtful: PartRecord
  readonly reason: Reason
  readonly abilities: Abilities
}

/** An attempt is in doubt: look at the adapter's intervals, or ask at once where nothing can be looked up (row 36). */
export function recordUnknown(
  publication: PublicationRecord,
  now: number,
  { doubtful, reason, abilities }: DoubtInput,
): Change {
  const looking: PartRecord = settlePart(
    {
      ...doubtful,
      reason: withPlan(reason, abilities),
      looks: 0,
      unusedAt: null,
      lookFailingSince: null,
      nextLookAt: now + repetitionPauseMs(doubtful, abilities),
    },
    publication.run,
  )
  const canTell = abilities.finds || abilities.idempotentForMs !== null || looking.state !== 'unknown'
  const next = canTell ? looking : askPerson(looking, now)
  return toChange(
    publication,
    withPart({ ...publication, hold: null }, next.index, () => next),
    { by: 'platform', transition: 36 },
  )
}
