import type { Social, SocialOptions } from '@ofm-social/core'
import { createSocialOn } from '../../packages/core/src/create-social.ts'
import { nodeHost } from '../../packages/core/src/host.ts'

/** How much longer every call may take here than in production. */
const PATIENCE = 30
/** Of a call of an adapter, in real time. A process that was killed closes its sockets: nothing is waited for so long. */
export const PATIENT_CALL_MS = 600_000

/**
 * `createSocial` for a machine that is busy with something else: whether a call is given up is no matter of how fast the machine is. What a case is about is
 * on the clock of the database, which is a test's own.
 */
export function createPatientSocial(options: SocialOptions): Social {
  const host = {
    ...nodeHost,
    monotonic: () => nodeHost.monotonic() / PATIENCE,
    startTimeout: (ms: number) => nodeHost.startTimeout(ms * PATIENCE),
  }
  return createSocialOn(host, options)
}
