import type { AttemptRecord, PartRecord } from '../model/publication.ts'
import { withAttempts } from './change.ts'
import { isBlocking } from './part-state.ts'

/** Attempts that are open together without an override share a handle or key: what is proven of it is proven of all. */
export function closeGroup(
  part: PartRecord,
  {
    attempt,
    verdict,
    now,
  }: { readonly attempt: AttemptRecord; readonly verdict: AttemptRecord['verdict']; readonly now: number },
): PartRecord {
  const matches = attempt.overridden ? (candidate: AttemptRecord) => candidate.id === attempt.id : isBlocking
  return withAttempts(part, matches, (candidate) => ({
    ...candidate,
    verdict,
    outcome: 'closed',
    endedAt: candidate.endedAt ?? now,
  }))
}
