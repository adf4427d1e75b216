import type { AttemptRecord, PartRecord } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { isOpen } from './part-state.ts'
import { nextRareLookAt } from './timing.ts'

/** Open attempts, and the one whose id is still missing. */
export function concerns(part: PartRecord, attempt: AttemptRecord): boolean {
  return isOpen(attempt) || (attempt.verdict === 'published' && part.externalId === null)
}

/** When the last attempt ended, as far as that is known; 0 without one. */
export const lastEndOf = (part: PartRecord): number =>
  Math.max(0, ...part.attempts.map((attempt) => attempt.endedAt ?? attempt.startedAt))

const lastEnd = (part: PartRecord): number =>
  Math.max(
    0,
    ...part.attempts
      .filter((attempt) => concerns(part, attempt))
      .map((attempt) => attempt.endedAt ?? attempt.leaseUntil),
  )

/** When the adapter's last moment to look is over. */
export function horizonOf(part: PartRecord, abilities: Abilities): number {
  return lastEnd(part) + (abilities.lookAfterMs.at(-1) ?? 0)
}

/** The next of the adapter's moments after the attempt's end that is still to come; after the last one, its distance again. */
export function nextLook(part: PartRecord, now: number, abilities: Abilities): number {
  const end = lastEnd(part) || lastEndOf(part)
  const offset = abilities.lookAfterMs.find((candidate) => end + candidate > now)
  return offset === undefined ? now + (abilities.lookAfterMs.at(-1) ?? 60_000) : end + offset
}

/** What is missing of a live part is looked for at the adapter's intervals, then rarely. */
export const nextLookOfLive = (part: PartRecord, now: number, abilities: Abilities): number | null =>
  part.looks < abilities.lookAfterMs.length ? nextLook(part, now, abilities) : nextRareLookAt(lastEndOf(part), now)
