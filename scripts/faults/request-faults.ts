import type { EmulatorFault } from '@ofm-social/core/testing'

/** In real time, as the call that waits counts: longer than the call waits, and between two looks of the adapter on the clock of the platform. */
const DELAY_MS = 90_000

/** What can happen to any request of any platform. */
export const REQUEST_FAULTS: readonly EmulatorFault[] = [
  { kind: 'refuse', status: 503 },
  { kind: 'accept_then_status', status: 503 },
  { kind: 'accept_then_reset' },
  { kind: 'reset_before' },
  { kind: 'rate_limit', retryAfterMs: 60_000 },
  { kind: 'revoke_token' },
  { kind: 'html_502', effect: 'before' },
  { kind: 'html_502', effect: 'after' },
  { kind: 'truncate_body', effect: 'before' },
  { kind: 'truncate_body', effect: 'after' },
  { kind: 'delay', ms: DELAY_MS, effect: 'before' },
  { kind: 'delay', ms: DELAY_MS, effect: 'after' },
]
