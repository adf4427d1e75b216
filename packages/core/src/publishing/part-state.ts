import type { AttemptRecord, PartRecord, PartState, PublicationRecord, PublicationState } from '../model/publication.ts'

/** Open: from its S2 row until a verdict closes it. */
export const isOpen = (attempt: AttemptRecord): boolean => attempt.verdict === null

/** Open and not overridden: blocks S2. */
export const isBlocking = (attempt: AttemptRecord): boolean => isOpen(attempt) && !attempt.overridden

export const hasOpenAttempt = (part: PartRecord): boolean => part.attempts.some(isOpen)

export const isLive = (part: PartRecord): boolean => part.state === 'published' || part.state === 'delivered'

export const lacksId = (part: PartRecord): boolean => part.state === 'published' && part.externalId === null

/** Live, and only its address is missing. */
export const lacksUrl = (part: PartRecord): boolean =>
  part.state === 'published' && part.externalId !== null && part.url === null && !hasOpenAttempt(part)

/** Parts that need nothing more. */
const isDone = (part: PartRecord): boolean => isLive(part) || part.state === 'removed'

/** The first part that is not out yet; undefined when all are. */
export function currentPart(publication: PublicationRecord): PartRecord | undefined {
  return publication.parts.find((part) => !isDone(part))
}

/**
 * A part's state from *all* its attempts (rule 1): what one attempt was told says nothing about another. Refusals of earlier runs no longer count: a person
 * decided to go on.
 */
export function stateFromAttempts(part: PartRecord, run: number): PartState {
  if (part.state === 'removed' || part.state === 'published') return part.state
  if (part.attempts.some((attempt) => attempt.verdict === 'published')) return 'published'
  if (part.attempts.some((attempt) => attempt.verdict === 'delivered')) return 'delivered'
  if (part.state === 'given_up') return 'given_up'
  const blocking = part.attempts.filter(isBlocking)
  if (blocking.some((attempt) => attempt.outcome === 'open')) return 'publishing'
  if (blocking.some((attempt) => attempt.outcome === 'processing')) return 'processing'
  if (blocking.length > 0) return part.state === 'needs_attention' ? 'needs_attention' : 'unknown'
  const refused = part.attempts.some((attempt) => attempt.run === run && attempt.verdict === 'refused')
  if (part.attempts.some(isOpen)) return refused || part.state === 'needs_attention' ? 'needs_attention' : 'waiting'
  return refused ? 'refused' : 'waiting'
}

const stopped: readonly PublicationState[] = ['incomplete', 'canceled', 'missed', 'refused', 'given_up']

/** The publication's state from its parts; the first match counts. `stored` stays where the parts decide nothing. */
export function stateFromParts(parts: readonly PartRecord[], stored: PublicationState): PublicationState {
  const has = (...states: readonly PartState[]): boolean => parts.some((part) => states.includes(part.state))
  const anyLive = parts.some(isLive)
  if (has('needs_attention')) return 'needs_attention'
  if (has('publishing', 'processing', 'unknown')) return 'publishing'
  if (parts.every(isDone)) {
    if (!anyLive) return 'removed'
    return has('delivered') ? 'delivered' : 'published'
  }
  if (stored === 'removed' && !anyLive) return 'removed'
  const anyStopped = has('refused', 'given_up') || stopped.includes(stored)
  if (anyLive && anyStopped) return 'incomplete'
  if (has('refused')) return 'refused'
  if (has('given_up')) return 'given_up'
  if (stored === 'incomplete') return stored
  if (anyLive) return 'publishing'
  return stored === 'needs_attention' ? 'publishing' : stored
}
