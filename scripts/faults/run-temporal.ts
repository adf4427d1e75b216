import { once } from 'node:events'
import { createDiskFiles } from '@ofm-social/core/disk'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { runWorkers } from '@ofm-social/temporal/worker'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import pg from 'pg'
import { connectWorker } from './connect-worker.ts'
import { createRoundAdapter } from './create-round-adapter.ts'
import { followLeaps } from './follow-leaps.ts'
import { hostFiles } from './host-files.ts'
import { createPatientSocial } from './patient-social.ts'
import { ENGINE_CONNECTIONS, type TemporalEngineTask } from './temporal-engine.ts'

/** How soon Temporal notices that a process was killed. */
const HEARTBEAT_TIMEOUT_MS = 1_500

// Whoever started it is gone.
process.once('disconnect', () => process.exit())

const [task] = (await once(process, 'message')) as [TemporalEngineTask]
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
const pool = new pg.Pool({ connectionString: task.databaseUrl, max: 10, application_name: ENGINE_CONNECTIONS })
// An idle connection that is cut is replaced by the next query.
pool.on('error', () => undefined)
const { files } = await hostFiles(createDiskFiles({ folder: task.folder }))
const social = createPatientSocial({
  store: createPostgresStore({ pool }),
  adapters: [createRoundAdapter(task.platform, task.platformUrl)],
  apps: task.apps,
  secretKey: task.secretKey,
  files,
  engine: 'temporal',
})
const connection = await connectWorker(task.temporalAddress)
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
const following = followLeaps(social.engine, stopping.signal)
await runWorkers({
  social,
  connection,
  queuePrefix: task.queuePrefix,
  heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
  signal: stopping.signal,
  onRunning: () => process.send?.('ready'),
})
await following
await connection.close()
await pool.end()
process.exit()
