import { isFinal, type PublicationRecord } from '../../model/publication.ts'
import { isLive } from '../part-state.ts'
import type { Change } from '../publishing-store.ts'

/** Whose change it is: a step of the engine under its fence, the result of an attempt, or a person's command. */
export type WhoChanges = 'engine' | 'result' | 'person'

/** Says what a single change does that no change may do. */
export function findBrokenRule(
  who: WhoChanges,
  before: PublicationRecord,
  change: Change,
  now: number,
): string | undefined {
  if (who === 'engine' && closesInFlight(before, change.publication, now))
    return 'something but its own result ended an attempt whose lease is alive (rule 19)'
  if (who !== 'person' && leavesAnEnd(before, change))
    return `${before.state} became ${change.publication.state} without a person and without an alarm (rule 21)`
  return undefined
}

function closesInFlight(before: PublicationRecord, after: PublicationRecord, now: number): boolean {
  const later = after.parts.flatMap((part) => part.attempts)
  return before.parts
    .flatMap((part) => part.attempts)
    .filter((attempt) => attempt.outcome === 'open' && attempt.leaseUntil > now)
    .some(({ id }) => {
      const attempt = later.find((candidate) => candidate.id === id)
      return attempt?.outcome !== 'open' && attempt?.verdict !== 'published'
    })
}

/** Only what is live may contradict canceled, missed, incomplete or refused, and it is told; a removal was asked for. */
function leavesAnEnd(before: PublicationRecord, { publication: after, events }: Change): boolean {
  const ended = ['canceled', 'missed', 'incomplete', 'refused'].includes(before.state)
  if (!ended || !isFinal(before.state) || after.state === before.state || after.state === 'removed') return false
  const alarm = events.some(({ type }) => type === 'publication.contradicted')
  return !(alarm && after.parts.some(isLive))
}
