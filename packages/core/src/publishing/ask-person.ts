import type { PartRecord } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import { hasOpenAttempt } from './part-state.ts'
import { nextRareLookAt } from './timing.ts'

/** What a person is asked when a write may have worked and nothing shows it. */
export const NOT_SHOWN: Reason = {
  code: 'outcome_unknown',
  message:
    'The write may have worked, and the platform does not show it. Look at the account, then confirm with the id, send again, or give up.',
}

/** Nobody but a person can say what became of it. Where nothing was looked at, nothing is repeated either. */
export function askPerson(part: PartRecord, now: number, reason = NOT_SHOWN): PartRecord {
  return {
    ...part,
    state: 'needs_attention',
    reason,
    unusedAt: null,
    nextLookAt: hasOpenAttempt(part) ? nextRareLookAt(now, now) : null,
  }
}
