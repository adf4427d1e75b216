import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { createDiskFiles } from '@ofm-social/core/disk'
import { createPostgresStore } from '@ofm-social/core/postgres'
import pg from 'pg'
import { createRoundAdapter } from './create-round-adapter.ts'
import type { EngineTask } from './fault-engine.ts'
import { hostFiles } from './host-files.ts'
import { createPatientSocial } from './patient-social.ts'

/** The clock of the database moves in leaps: what falls due is noticed within this time. */
const PAUSE_MS = 15

let isStopping = false
process.once('SIGTERM', () => {
  isStopping = true
})
// Whoever started it is gone.
process.once('disconnect', () => process.exit())

const [task] = (await once(process, 'message')) as [EngineTask]
const pool = new pg.Pool({ connectionString: task.databaseUrl, max: 6 })
const { files } = await hostFiles(createDiskFiles({ folder: task.folder }))
const social = createPatientSocial({
  store: createPostgresStore({ pool }),
  adapters: [createRoundAdapter(task.platform, task.platformUrl)],
  apps: task.apps,
  secretKey: task.secretKey,
  files,
})
process.send?.('ready')
while (!isStopping) {
  await social.tick({ maxMs: 60_000 })
  await setTimeout(PAUSE_MS)
}
await social.stop()
await pool.end()
process.exit()
