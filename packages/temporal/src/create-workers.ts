import type { Client } from '@temporalio/client'
import { Worker } from '@temporalio/worker'
import { createActivities } from './activities.ts'
import { toQueueNames } from './names.ts'
import type { RunWorkersOptions, WorkerPart } from './run-workers.ts'
import { createTendingActivities } from './tending-activities.ts'
import { workerDefaults } from './worker-defaults.ts'
import { workflowsPath } from './workflow-bundle.ts'

const PER_PLATFORM = 20
const MEDIA = 4
const WORKFLOW_TASKS = 40

/** What the workers of one process share. */
interface Setting {
  readonly client: Client
  readonly stopping: AbortSignal
  readonly queuePrefix: string
  readonly parts: readonly WorkerPart[]
  readonly namespace: string
}

/**
 * Makes the workers of this process; none polls yet.
 *
 * @throws what the first of them failed with; none is left then.
 */
export async function createWorkers(options: RunWorkersOptions, setting: Setting): Promise<readonly Worker[]> {
  const { social, concurrency = {}, startsPerSecond = {} } = options
  const queues = toQueueNames(setting.queuePrefix)
  const { connection, workerOptions } = options
  const common = { ...workerOptions, connection, namespace: setting.namespace, ...workerDefaults(social) }
  const platforms = social.engine.platforms.map(({ platform }) => platform)
  const wanted = options.platforms ?? platforms
  const { stopping, parts } = setting
  const made: Promise<Worker>[] = []
  if (parts.includes('workflows')) {
    const workflows = options.workflowBundle
      ? { workflowBundle: options.workflowBundle }
      : { workflowsPath: workflowsPath() }
    made.push(
      Worker.create({
        ...common,
        ...workflows,
        taskQueue: queues.workflows,
        activities: createTendingActivities(social, {
          ...options,
          client: setting.client,
          queuePrefix: setting.queuePrefix,
          stopping,
        }),
        maxConcurrentWorkflowTaskExecutions: concurrency.workflows ?? WORKFLOW_TASKS,
      }),
    )
  }
  if (parts.includes('platforms')) {
    const activities = createActivities(social, { stopping, preparations: 'short' })
    for (const platform of wanted) {
      const rate = startsPerSecond[platform]
      made.push(
        Worker.create({
          ...common,
          taskQueue: queues.platform(platform),
          activities,
          maxConcurrentActivityTaskExecutions: perPlatform(concurrency.perPlatform, platform),
          ...(rate === undefined ? {} : { maxTaskQueueActivitiesPerSecond: rate }),
        }),
      )
    }
  }
  if (parts.includes('media')) {
    const activities = createActivities(social, { stopping })
    const atOnce = concurrency.media ?? MEDIA
    made.push(
      Worker.create({ ...common, taskQueue: queues.media, activities, maxConcurrentActivityTaskExecutions: atOnce }),
    )
  }
  return allOrNone(made)
}

async function allOrNone(made: readonly Promise<Worker>[]): Promise<readonly Worker[]> {
  const settled = await Promise.allSettled(made)
  const workers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failure = settled.find((one) => one.status === 'rejected')
  if (!failure) return workers
  // Each holds the connection until it has run: there is no other way to end one.
  await Promise.allSettled(workers.map((worker) => worker.runUntil(async () => undefined)))
  throw failure.reason
}

function perPlatform(atOnce: NonNullable<RunWorkersOptions['concurrency']>['perPlatform'], platform: string): number {
  return (typeof atOnce === 'object' ? atOnce[platform] : atOnce) ?? PER_PLATFORM
}
