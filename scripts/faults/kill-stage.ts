import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Social } from '@ofm-social/core'
import { createDiskFiles } from '@ofm-social/core/disk'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createPostgresDatabase } from '@ofm-social/test-services'
import pg from 'pg'
import { createRoundAdapter } from './create-round-adapter.ts'
import type { CreateFaultEngine, FaultEngine } from './fault-engine.ts'
import { openGate, type Passing } from './gate.ts'
import { hostFiles } from './host-files.ts'
import { createPatientSocial } from './patient-social.ts'
import { createStageClock, type StageClock } from './stage-clock.ts'
import { type StagePlatform, startStagePlatform } from './stage-platform.ts'

const COMMITS = 'faults_commit'

/** A PostgreSQL database, a platform behind a gate, an engine in a process of its own, and an app that creates posts and publishes none. */
export interface KillStage {
  readonly engine: FaultEngine
  readonly clock: StageClock
  readonly platform: StagePlatform
  readonly social: Social
  /** Past row-level security. */
  readonly admin: pg.Pool
  /** Who sees the engine's requests and commits; one at a time. */
  watch(watcher: Watcher | undefined): void
  close(): Promise<void>
}

export interface Watcher {
  request(passing: Passing): Promise<'pass' | 'drop'>
  commit(): void
}

export async function openKillStage(platformName: string, createEngine: CreateFaultEngine): Promise<KillStage> {
  const database = await createPostgresDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'ofm-faults-'))
  const pool = new pg.Pool({ connectionString: database.url, max: 4 })
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 })
  for (const each of [pool, admin]) each.on('error', () => undefined)
  const store = createPostgresStore({ pool })
  const secretKey = randomBytes(32).toString('hex')
  let watcher: Watcher | undefined
  await createPatientSocial({ store, adapters: [], secretKey }).migrate()
  const clock = await createStageClock(pool, admin)
  const listener = await tellCommits(database.adminUrl, () => watcher?.commit())
  const platform = await startStagePlatform(platformName, clock.now)
  const gate = await openGate(platform.url, async (passing) => (await watcher?.request(passing)) ?? 'pass')
  const hosted = await hostFiles(createDiskFiles({ folder }))
  const social = createPatientSocial({
    store,
    adapters: [createRoundAdapter(platformName, gate.url)],
    apps: platform.apps,
    secretKey,
    files: hosted.files,
  })
  const engine = createEngine({
    platform: platformName,
    platformUrl: gate.url,
    databaseUrl: database.url,
    apps: platform.apps,
    secretKey,
    folder,
  })
  return {
    engine,
    clock,
    platform,
    social,
    admin,
    watch: (next) => {
      watcher = next
    },
    async close() {
      await engine.stop()
      await gate.close()
      await platform.close()
      await hosted.close()
      await listener.end()
      await pool.end()
      await admin.end()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

/** One notice for each transaction that changes a publication, and none before it is committed. */
async function tellCommits(adminUrl: string, told: () => void): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl })
  client.on('notification', told)
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`
    create function ofm.faults_tell() returns trigger language plpgsql as $tell$
    begin
      perform pg_notify('${COMMITS}', '');
      return null;
    end $tell$;
    grant execute on function ofm.faults_tell() to public;`)
  for (const table of ['work', 'publication', 'part'])
    await client.query(
      `create trigger faults_tell after insert or update on ofm.${table} for each statement execute function ofm.faults_tell()`,
    )
  await client.query(`listen ${COMMITS}`)
  return client
}
