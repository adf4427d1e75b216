import type { Social } from '@ofm-social/core'
import { Context } from '@temporalio/activity'
import type { TendingActivities } from './activity-types.ts'
import { beating, toSignal } from './advance-activity.ts'
import { refuseTellingOptions } from './check-worker-options.ts'
import { DEFAULT_QUEUE_PREFIX } from './names.ts'
import { createTeller, type TellerOptions } from './teller.ts'

/** Told and overdue for this long: whoever was to look is gone. A burst is worked off sooner. */
const OVERDUE_MS = 60_000
/** Told again at most this often, so that a long outage of the workers adds no load of its own. */
const TOLD_AGO_MS = 300_000
const RECLAIM_LIMIT = 5_000
const TURN_MS = 45_000

/** What keeps an installation going, for the queue of workflows. All of it may be repeated at any time. */
export function createTendingActivities(
  social: Pick<Social, 'engine'>,
  options: Pick<TellerOptions, 'client' | 'heartbeatTimeoutMs'> & {
    readonly queuePrefix?: string
    /** Aborted when the worker stops: reads end at once; what is being told or renewed is awaited, and no more begun. */
    readonly stopping?: AbortSignal
  },
): TendingActivities {
  refuseTellingOptions('createTendingActivities', options)
  const { engine } = social
  const teller = createTeller({ queuePrefix: DEFAULT_QUEUE_PREFIX, ...options, social })
  const readSignal = () => toSignal(options.stopping)
  return {
    tellDue: ({ dueWithinMs }) => beating(async () => ({ told: await teller.tellAll(dueWithinMs, readSignal()) })),
    reclaimOverdue: () =>
      beating(async () => {
        const options = { overdueMs: OVERDUE_MS, toldAgoMs: TOLD_AGO_MS, limit: RECLAIM_LIMIT }
        const reclaimed = await engine.handover.reclaim(options)
        await teller.tellAll(0, readSignal())
        return { reclaimed }
      }),
    renewConnections: () =>
      beating(async () => {
        const renewing = engine.renewConnections({ maxMs: TURN_MS, signal: readSignal() })
        const { asked } = await Promise.race([renewing, Context.current().cancelled])
        return { asked }
      }),
    collectMetrics: () =>
      beating(async () => {
        const { read } = await engine.collectMetrics({ maxMs: TURN_MS, signal: readSignal() })
        return { read }
      }),
  }
}
