import type { Social } from '@ofm-social/core'
import { Client } from '@temporalio/client'
import type { NativeConnection, WorkerOptions } from '@temporalio/worker'
import { refuseWorkerOptions } from './check-worker-options.ts'
import { startTelling, type TellingOptions } from './client.ts'
import { createWorkers } from './create-workers.ts'
import { DEFAULT_QUEUE_PREFIX } from './names.ts'
import { ensureSchedules } from './schedules.ts'
import { watchReach } from './watch-reach.ts'

/** `workflows`: wait and ask. `platforms`: talk to platforms. `media`: bring many bytes to them. */
export type WorkerPart = 'workflows' | 'platforms' | 'media'

/** What `runWorkers` runs, where, and how much of it at once. */
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
  const runsWorkflows = parts.includes('workflows')
  // First: what fails often, for want of a permission, holds nothing yet.
  if (runsWorkflows) await ensureSchedules(client, queuePrefix)
  const stopping = new AbortController()
  const workers = await createWorkers(options, { client, stopping: stopping.signal, queuePrefix, parts, namespace })
  const running = workers.map((worker) => worker.run())
  const stop = (): void => {
    stopping.abort(new Error('the worker stops'))
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const closing: (() => unknown)[] = [onStop(options.signal, stop)]
  try {
    const following = options.social.engine.followUp()
    closing.push(() => following.stop())
    const reach = watchReach(client, options.log ?? (() => undefined))
    closing.push(() => reach.stop())
    const telling = runsWorkflows ? startTelling({ ...options, client, queuePrefix }) : undefined
    closing.push(() => telling?.stop())
    options.onRunning?.({ isReaching: () => reach.isReaching() && (telling?.isReaching() ?? true) })
    if (options.signal?.aborted) stop()
    await Promise.all(running)
  } finally {
    // One that failed ends the others; the connection can be closed when none holds it.
    stop()
    await Promise.allSettled(running)
    for (const close of closing.toReversed()) await close()
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
