import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { TendingActivities } from '../activity-types.ts'
import { TENDING_TIMEOUT_MS } from './timeouts.ts'

/** On the queue of the workflow itself. Each may be repeated: none of them publishes. */
const tending = () =>
  proxyActivities<TendingActivities>({
    taskQueue: workflowInfo().taskQueue,
    startToCloseTimeout: TENDING_TIMEOUT_MS,
    scheduleToCloseTimeout: 2 * TENDING_TIMEOUT_MS,
    heartbeatTimeout: 30_000,
    retry: { initialInterval: 1_000, maximumInterval: 30_000, maximumAttempts: 5 },
  })

/** The database is the calendar: starts, ahead of time, what is due within a day. */
export async function feedPublications({ dueWithinMs }: { readonly dueWithinMs: number }): Promise<void> {
  await tending().tellDue({ dueWithinMs })
}

/** What is overdue although somebody was told: its workflow was terminated, or Temporal lost it. */
export async function sweepPublications(): Promise<void> {
  await tending().reclaimOverdue()
}

/** Renews permissions ahead of their end. */
export async function renewConnections(): Promise<void> {
  await tending().renewConnections()
}

/** Reads the metrics that are due. Each run is a short workflow of its own, so that no history grows. */
export async function collectMetrics(): Promise<void> {
  await tending().collectMetrics()
}
