import { setTimeout } from 'node:timers/promises'
import type { SocialEngine } from '@ofm-social/core'

const PAUSE_MS = 300

/**
 * The clock of the database moves in leaps, and no timer of Temporal follows it: what was told and is due after a leap counts as untold, so that the workflow
 * which waits for it is signaled. It is what the sweep does a minute after the time of a workflow that is gone.
 */
export async function followLeaps({ handover }: SocialEngine, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await handover.reclaim({ overdueMs: 0, toldAgoMs: 0, limit: 1_000 }).catch(() => undefined)
    await setTimeout(PAUSE_MS)
  }
}
