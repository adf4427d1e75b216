import { once } from 'node:events'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { PublishReport, PublishTask } from './publish-task.ts'

/** Workers like those of a publication, whose steps do nothing but tell when they were taken: what Temporal and its SDK cost by themselves. */
const [{ address, queuePrefix, codePath }] = (await once(process, 'message')) as [NonNullable<PublishTask['temporal']>]
let calls: (readonly [string, number])[] = []
const advance = async (publicationId: string) => {
  calls.push([publicationId, Date.now()])
  return { done: true }
}
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const report: PublishReport = { calls, rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 }
  calls = []
  process.send?.(report)
})
process.once('SIGTERM', () => process.exit())
process.once('disconnect', () => process.exit())
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
const connection = await NativeConnection.connect({ address })
const create = (queue: string, rest: object) =>
  Worker.create({ connection, taskQueue: `${queuePrefix}-${queue}`, ...rest })
const workers = await Promise.all([
  create('workflows', { workflowBundle: { codePath }, maxCachedWorkflows: 300 }),
  create('platform-scripted', { activities: { advance }, maxConcurrentActivityTaskExecutions: 20 }),
])
const running = Promise.all(workers.map((worker) => worker.run()))
process.send?.('ready')
await running
