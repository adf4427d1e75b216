import type { Social } from '@ofm-social/core'
import { Client } from '@temporalio/client'
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { createActivities } from './activities.ts'
import { refuseWorkerOptions } from './check-worker-options.ts'
import { startTelling, type TellingOptions } from './client.ts'
import { DEFAULT_QUEUE_PREFIX, toQueueNames } from './names.ts'
import { ensureSchedules } from './schedules.ts'
import { createTendingActivities } from './tending-activities.ts'
import { watchReach } from './watch-reach.ts'
import { workflowsPath } from './workflow-bundle.ts'

/** `workflows`: wait and ask. `platforms`: talk to platforms. `media`: bring many bytes to them. */
export type WorkerPart = 'workflows' | 'platforms' | 'media'

export interface RunWorkersOptions {
  readonly social: Pick<Social, 'engine'>
  /** Opened by the host, and closed by the host. */
  readonly connection: NativeConnection
  /** Default `default`. */
  readonly namespace?: string
  /** Platforms whose steps run in this process, each from a queue of its own. Default: all adapters of `social`. */
  readonly platforms?: readonly string[]
  /** What runs in this process. Default: everything. In production workflows are best kept apart from the rest: a worker that is killed then delays nobody. */
  readonly parts?: readonly WorkerPart[]
  /** Default `ofm`. Another prefix is another installation in the same namespace. */
  readonly queuePrefix?: string
  /** What `buildWorkflowBundle` made. Default: built at the start, in a second or two. */
  readonly workflowBundle?: WorkerOptions['workflowBundle']
  /** At once in this process: steps of each platform (20; a record: of those it names), long preparations (4), workflow tasks (40). */
  readonly concurrency?: {
    readonly perPlatform?: number | Readonly<Record<string, number>>
    readonly media?: number
    readonly workflows?: number
  }
  /** Steps begun per second on a platform's queue, all workers together: an average, held by Temporal. Default: no limit. */
  readonly startsPerSecond?: Readonly<Record<string, number>>
  /** How soon a dead worker is noticed. At least 1,000; default 15,000. */
  readonly heartbeatTimeoutMs?: number
  /** For every worker of this process: data converter, interceptors, deployment. */
  readonly workerOptions?: Pick<
    WorkerOptions,
    'dataConverter' | 'identity' | 'interceptors' | 'plugins' | 'sinks' | 'workerDeploymentOptions'
  >
  /** Stops the workers when it is aborted, instead of SIGTERM and SIGINT. */
  readonly signal?: AbortSignal
  /** Called when all workers poll. `isReaching`: whether Temporal answered a few seconds ago, for the readiness of the process. */
  readonly onRunning?: (running: { isReaching(): boolean }) => void
  /** Default: silent. */
  readonly log?: TellingOptions['log']
}

const PER_PLATFORM = 20
const MEDIA = 4
const WORKFLOW_TASKS = 40
/** About half a megabyte each. */
const CACHED_WORKFLOWS = 300
/** Beyond the longest write: its result is stored, too. */
const GRACE_BEYOND_WRITE_MS = 20_000
const FORCE_BEYOND_GRACE_MS = 15_000

/**
 * Works until SIGTERM, SIGINT or `signal`, then finishes what it began, and returns. Preparations are aborted and go on elsewhere; a write is awaited.
 *
 * @throws TypeError with all that is wrong with the options, before anything starts; when Temporal cannot be reached at the start, or a worker fails.
 */
export async function runWorkers(options: RunWorkersOptions): Promise<void> {
  const {
    connection,
    namespace = 'default',
    queuePrefix = DEFAULT_QUEUE_PREFIX,
    parts = ['workflows', 'platforms', 'media'],
  } = options
  refuseWorkerOptions(options)
  const client = new Client({
    connection,
    namespace,
    ...(options.workerOptions?.dataConverter ? { dataConverter: options.workerOptions.dataConverter } : {}),
  })
  const stopping = new AbortController()
  const workers = await createWorkers(options, { client, stopping: stopping.signal, queuePrefix, parts, namespace })
  const stop = (): void => {
    stopping.abort(new Error('the worker stops'))
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const forget = onStop(options.signal, stop)
  const runsWorkflows = parts.includes('workflows')
  if (runsWorkflows) await ensureSchedules(client, queuePrefix)
  const telling = runsWorkflows ? startTelling({ ...options, client, queuePrefix }) : undefined
  const reach = watchReach(client, options.log ?? (() => undefined))
  const following = options.social.engine.followUp()
  try {
    const running = workers.map((worker) => worker.run())
    options.onRunning?.({ isReaching: () => reach.isReaching() && (telling?.isReaching() ?? true) })
    if (options.signal?.aborted) stop()
    await Promise.all(running).catch((error: unknown) => {
      stop()
      throw error
    })
  } finally {
    await Promise.all([telling?.stop(), reach.stop()])
    await following.stop()
    forget()
  }
}

/** Returns how to no longer listen. */
function onStop(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal) {
    signal.addEventListener('abort', stop, { once: true })
    return () => signal.removeEventListener('abort', stop)
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, stop)
  return () => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.removeListener(name, stop)
  }
}

interface Setting {
  readonly client: Client
  readonly stopping: AbortSignal
  readonly queuePrefix: string
  readonly parts: readonly WorkerPart[]
  readonly namespace: string
}

async function createWorkers(options: RunWorkersOptions, setting: Setting): Promise<readonly Worker[]> {
  const { social, concurrency = {}, startsPerSecond = {} } = options
  const queues = toQueueNames(setting.queuePrefix)
  const common = createCommon(options, setting)
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
        }),
        maxCachedWorkflows: CACHED_WORKFLOWS,
        maxConcurrentWorkflowTaskExecutions: concurrency.workflows ?? WORKFLOW_TASKS,
        // Tasks that were meant for a worker which is gone go to another after this; the default is ten seconds.
        stickyQueueScheduleToStartTimeout: 1_000,
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
  return Promise.all(made)
}

function perPlatform(atOnce: NonNullable<RunWorkersOptions['concurrency']>['perPlatform'], platform: string): number {
  return (typeof atOnce === 'object' ? atOnce[platform] : atOnce) ?? PER_PLATFORM
}

function createCommon({ social, connection, workerOptions }: RunWorkersOptions, { namespace }: Setting) {
  const longest = Math.max(0, ...social.engine.platforms.map(({ publishTimeoutMs }) => publishTimeoutMs))
  const graceMs = longest + GRACE_BEYOND_WRITE_MS
  return {
    ...workerOptions,
    connection,
    namespace,
    shutdownGraceTime: graceMs,
    shutdownForceTime: graceMs + FORCE_BEYOND_GRACE_MS,
    // Cancellation reaches an activity with its heartbeats.
    maxHeartbeatThrottleInterval: 5_000,
  }
}
