import { once } from 'node:events'
import { createSocial } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createScriptedPlatform } from '@ofm-social/core/testing'
import pg from 'pg'
import type { PublishTask } from './publish-task.ts'
import { reportCalls } from './report-calls.ts'

/** A process that publishes, on either engine, to a platform that answers at once; it tells when it was called. */
const [task] = (await once(process, 'message')) as [PublishTask]
const { adapter: scripted } = createScriptedPlatform('synchronous', { now: Date.now, platform: 'scripted' })
// Reading a baseline walks the stand-in's growing list: its cost, not ours.
const { readBaseline: _, ...withoutBaseline } = scripted
const note = reportCalls()
const adapter: typeof withoutBaseline = {
  ...withoutBaseline,
  publish(part, context) {
    note(part.text)
    return withoutBaseline.publish(part, context)
  },
}
const social = createSocial({
  store: createPostgresStore({ pool: new pg.Pool({ connectionString: task.databaseUrl, max: 20 }) }),
  adapters: [adapter],
  secretKey: task.secretKey,
  engine: task.temporal ? 'temporal' : 'in_process',
})
if (task.temporal === null) {
  social.start()
  process.send?.('ready')
} else {
  const { runWorkers } = await import('@ofm-social/temporal/worker')
  const { DefaultLogger, NativeConnection, Runtime } = await import('@temporalio/worker')
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
  const { address, queuePrefix, codePath } = task.temporal
  const connection = await NativeConnection.connect({ address })
  await runWorkers({
    ...{ social, connection, queuePrefix, workflowBundle: { codePath } },
    signal: new AbortController().signal,
    onRunning: () => process.send?.('ready'),
  })
}
