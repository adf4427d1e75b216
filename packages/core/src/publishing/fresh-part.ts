import type { PartRecord } from '../model/publication.ts'

export const NO_PREPARATION: PartRecord['preparation'] = {
  status: 'none',
  uploads: null,
  expiresAt: null,
  checkpoint: null,
  progress: null,
  fingerprint: null,
  resumeAt: null,
}

/** A part that nothing has happened to. */
export function createFreshPart(
  part: Pick<PartRecord, 'id' | 'index' | 'kind' | 'likeness' | 'fingerprint'>,
): PartRecord {
  return {
    ...part,
    state: 'waiting',
    yields: false,
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
