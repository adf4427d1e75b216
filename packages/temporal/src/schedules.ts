import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client'
import { callUntil } from './call-until.ts'
import { refuseTellingOptions } from './check-worker-options.ts'
import { DEFAULT_QUEUE_PREFIX, toQueueNames } from './names.ts'

const CALL_TIMEOUT_MS = 10_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

interface Tending {
  readonly name: string
  readonly workflowType: string
  readonly everyMs: number
  readonly args?: readonly unknown[]
}

/** What runs by the clock. Each run is a short workflow: no history grows, and an outage leaves no pile. */
const TENDING: readonly Tending[] = [
  { name: 'feed', workflowType: 'feedPublications', everyMs: 5 * MINUTE_MS, args: [{ dueWithinMs: DAY_MS }] },
  { name: 'sweep', workflowType: 'sweepPublications', everyMs: MINUTE_MS },
  { name: 'renew', workflowType: 'renewConnections', everyMs: 10 * MINUTE_MS },
  { name: 'metrics', workflowType: 'collectMetrics', everyMs: MINUTE_MS },
]

/**
 * Makes the schedules of an installation, or brings them up to date. Safe to call from every worker at every start.
 *
 * @throws when Temporal refuses, or does not answer within ten seconds.
 */
export async function ensureSchedules(client: Client, queuePrefix: string = DEFAULT_QUEUE_PREFIX): Promise<void> {
  refuseTellingOptions('ensureSchedules', { queuePrefix })
  await callUntil(client, AbortSignal.timeout(CALL_TIMEOUT_MS), async () => {
    for (const tending of TENDING) await ensureSchedule(client, toSchedule(tending, queuePrefix))
  })
}

function toSchedule({ name, workflowType, everyMs, args = [] }: Tending, prefix: string) {
  return {
    scheduleId: `${prefix}-${name}`,
    spec: { intervals: [{ every: everyMs }], jitter: everyMs / 20 },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: `${prefix}-${name}`,
      taskQueue: toQueueNames(prefix).workflows,
      args: [...args],
      workflowExecutionTimeout: 15 * MINUTE_MS,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: MINUTE_MS },
  } satisfies ScheduleOptions
}

async function ensureSchedule(client: Client, schedule: ReturnType<typeof toSchedule>): Promise<void> {
  try {
    await client.schedule.create(schedule)
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    const { spec, action, policies } = schedule
    await client.schedule
      .getHandle(schedule.scheduleId)
      .update((found) => ({ ...found, spec, action, policies: { ...found.policies, ...policies } }))
  }
}
