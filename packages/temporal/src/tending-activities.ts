import type { Social } from '@ofm-social/core'
import { cancellationSignal } from '@temporalio/activity'
import type { TendingActivities } from './activity-types.ts'
import { beating } from './advance-activity.ts'
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
  options: Pick<TellerOptions, 'client' | 'heartbeatTimeoutMs'> & { readonly queuePrefix?: string },
): TendingActivities {
  refuseTellingOptions('createTendingActivities', options)
  const { engine } = social
  const teller = createTeller({ queuePrefix: DEFAULT_QUEUE_PREFIX, ...options, social })
  return {
    tellDue: ({ dueWithinMs }) => beating(async () => ({ told: await teller.tellAll(dueWithinMs) })),
    reclaimOverdue: () =>
      beating(async () => {
        const options = { overdueMs: OVERDUE_MS, toldAgoMs: TOLD_AGO_MS, limit: RECLAIM_LIMIT }
        const reclaimed = await engine.handover.reclaim(options)
        await teller.tellAll(0)
        return { reclaimed }
      }),
    renewConnections: () =>
      beating(async () => {
        const { asked } = await engine.renewConnections({ maxMs: TURN_MS, signal: cancellationSignal() })
        return { asked }
      }),
    collectMetrics: () => beating(async () => ({ read: (await engine.collectMetrics({ maxMs: TURN_MS })).read })),
  }
}
