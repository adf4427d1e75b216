import type { Hold } from '../model/hold.ts'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import { isFinal } from '../model/publication.ts'
import { stateFromAttempts, stateFromParts } from './part-state.ts'
import type { Change, PublicationEvent } from './publishing-store.ts'
import { isOut } from './yield-likeness.ts'

/** Look again at once. */
export const AT_ONCE = 0

/** Replaces one part; the others stay the same objects. */
export function withPart(
  publication: PublicationRecord,
  index: number,
  change: (part: PartRecord) => PartRecord,
): PublicationRecord {
  return { ...publication, parts: publication.parts.map((part) => (part.index === index ? change(part) : part)) }
}

/** Replaces the attempts that match. */
export function withAttempts(
  part: PartRecord,
  matches: (attempt: AttemptRecord) => boolean,
  change: (attempt: AttemptRecord) => AttemptRecord,
): PartRecord {
  return { ...part, attempts: part.attempts.map((attempt) => (matches(attempt) ? change(attempt) : attempt)) }
}

/** Brings a part's state in line with its attempts. */
export function settlePart(part: PartRecord, run: number): PartRecord {
  const state = stateFromAttempts(part, run)
  return state === part.state ? part : { ...part, state }
}

export function partAt(publication: PublicationRecord, index: number): PartRecord {
  const part = publication.parts.find((candidate) => candidate.index === index)
  if (!part) throw new Error(`publication ${publication.id} has no part ${index}`)
  return part
}

export interface ChangeOptions {
  /** `engine`, `platform`, or the person. */
  readonly by?: string
  /** Number of the transition, for the history. */
  readonly transition?: number
  readonly events?: readonly PublicationEvent[]
  /** Default: at once. */
  readonly wakeAt?: Change['wakeAt']
  readonly sharedHolds?: Change['sharedHolds']
  readonly connection?: Change['connection']
}

/** Completes a transition: the publication's state from its parts, and one event for everything that a reader of the history would ask about (S10). */
export function toChange(before: PublicationRecord, after: PublicationRecord, options: ChangeOptions = {}): Change {
  const parts = after.parts.map((part) => (part.yields && !isOut(part) ? { ...part, yields: false } : part))
  const publication = withReason(before, { ...after, parts, state: stateFromParts(parts, after.state) })
  const by = options.by ?? 'engine'
  const details = options.transition === undefined ? {} : { transition: options.transition }
  const events = [
    ...partEvents(before, publication, by, details),
    ...(options.events ?? []),
    ...stateEvents(before, publication, by, details),
    ...holdEvents(before, publication, by),
  ]
  return {
    publication,
    events,
    wakeAt: options.wakeAt === undefined ? AT_ONCE : options.wakeAt,
    ...(options.sharedHolds?.length ? { sharedHolds: options.sharedHolds } : {}),
    ...(options.connection ? { connection: options.connection } : {}),
    ...(options.transition === undefined ? {} : { transition: options.transition }),
  }
}

const EXPLAINED: readonly PublicationRecord['state'][] = ['refused', 'incomplete', 'needs_attention']

/** Why it ended or asks: the reason of the part that made it so, unless the transition gave one. */
function withReason(before: PublicationRecord, after: PublicationRecord): PublicationRecord {
  if (!EXPLAINED.includes(after.state) || (before.state === after.state && after.reason !== null)) return after
  const part = after.parts.find((candidate) => ['needs_attention', 'refused', 'given_up'].includes(candidate.state))
  const reason = (after.reason === before.reason ? null : after.reason) ?? part?.reason ?? after.reason
  return { ...after, reason }
}

function partEvents(
  before: PublicationRecord,
  after: PublicationRecord,
  by: string,
  details: object,
): PublicationEvent[] {
  return after.parts.flatMap((part) => {
    const old = before.parts.find((candidate) => candidate.index === part.index)
    if (!old || old.state === part.state) return []
    const moved = { from: old.state, to: part.state, ...details }
    const reason = part.reason ? { reason: part.reason } : {}
    const type = part.state === 'published' ? 'publication.part_published' : 'publication.part_moved'
    return [{ type, by, partIndex: part.index, details: moved, ...reason }]
  })
}

function stateEvents(
  before: PublicationRecord,
  after: PublicationRecord,
  by: string,
  details: object,
): PublicationEvent[] {
  if (before.state === after.state) return []
  const moved = { from: before.state, to: after.state, ...details }
  const reason = after.reason ? { reason: after.reason } : {}
  const contradicted = isFinal(before.state) && after.run === before.run && !expectedAfter(before, after)
  const alarm: PublicationEvent[] = contradicted
    ? [{ type: 'publication.contradicted', by, details: moved, ...reason }]
    : []
  return [
    ...alarm,
    { type: `publication.${after.state}`, by, details: moved, ...reason },
    ...canceledTooLate(before, after, by, moved),
  ]
}

const LIVE_ENDS: readonly PublicationRecord['state'][] = ['published', 'delivered', 'incomplete']

/** The kept cancel has its answer (rule 11): something is live. A removal also stops what has not gone out, and takes down what has: it asks nothing. */
function canceledTooLate(
  before: PublicationRecord,
  after: PublicationRecord,
  by: string,
  moved: object,
): PublicationEvent[] {
  const asked = after.cancelRequestedAt !== null && after.removeRequestedAt === null
  if (!asked || !LIVE_ENDS.includes(after.state) || LIVE_ENDS.includes(before.state)) return []
  const reason = {
    code: 'too_late',
    message: 'The cancel came too late: what is live stays until you remove it.',
  }
  return [
    {
      type: 'publication.canceled_too_late',
      by,
      reason,
      details: { ...moved, cancelRequestedAt: after.cancelRequestedAt },
    },
  ]
}

/** Ends that may be left without a person and without an alarm: an id or the inbox resolved, proof after giving up, a removal. */
function expectedAfter(before: PublicationRecord, after: PublicationRecord): boolean {
  return after.state === 'removed' || before.state === 'delivered' || before.state === 'given_up'
}

const sameHold = (a: Hold | null, b: Hold | null): boolean => a?.reason === b?.reason && a?.scope === b?.scope

function holdEvents(before: PublicationRecord, after: PublicationRecord, by: string): PublicationEvent[] {
  if (sameHold(before.hold, after.hold)) return []
  const hold = after.hold
  if (!hold)
    return isFinal(after.state) ? [] : [{ type: 'publication.resumed', by, details: { reason: before.hold?.reason } }]
  return [
    {
      type: 'publication.held',
      by,
      reason: { code: hold.reason, message: hold.message },
      details: {
        scope: hold.scope,
        until: hold.until,
        pastLatestBy: hold.until !== null && hold.until > after.latestBy,
      },
    },
  ]
}
