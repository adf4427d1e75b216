import { once } from 'node:events'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { PublishTask } from './publish-task.ts'
import { reportCalls } from './report-calls.ts'

/** Workers like those of a publication, whose steps do nothing but tell when they were taken: what Temporal and its SDK cost by themselves. */
const [{ address, queuePrefix, codePath }] = (await once(process, 'message')) as [NonNullable<PublishTask['temporal']>]
const note = reportCalls()
const advance = async (publicationId: string) => {
  note(publicationId)
  return { done: true }
}
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
