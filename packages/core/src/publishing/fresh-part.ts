import type { PartRecord } from '../model/publication.ts'
import { NO_PREPARATION } from './record-outcome.ts'

/** A part that nothing has happened to. */
export function createFreshPart(
  part: Pick<PartRecord, 'id' | 'index' | 'kind' | 'likeness' | 'fingerprint'>,
): PartRecord {
  return {
    ...part,
    state: 'waiting',
    preparation: NO_PREPARATION,
    externalId: null,
    url: null,
    reason: null,
    handle: null,
    handleDeadlineAt: null,
    slowRaised: false,
    nextLookAt: null,
    looks: 0,
    lookFailingSince: null,
    preparedAgain: 0,
    notAccepted: 0,
    unauthorized: 0,
    failures: 0,
    notBefore: null,
    unusedAt: null,
    repeatedOnce: false,
    parentWaitSince: null,
    attempts: [],
  }
}
