import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSocial,
  type PlatformAdapter,
  type Social,
  type SocialEngine,
  type SocialOptions,
} from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createMemoryFiles, createScriptedPlatform, type ScriptedPlatform } from '@ofm-social/core/testing'
import { createPostgresDatabase, createQueuePrefix, temporalAddress } from '@ofm-social/test-services'
import { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import pg from 'pg'
import { type RunWorkersOptions, runWorkers } from './run-workers.ts'
import { silenceRuntime } from './silence-runtime.test-support.ts'
import { buildWorkflowBundle } from './workflow-bundle.ts'

export interface Workers {
  /** As SIGTERM would. */
  stop(): Promise<void>
}

/** A social on PostgreSQL with a scripted platform, a queue prefix of its own on the shared Temporal, and workers on demand. All clocks are real. */
export interface TemporalRig {
  readonly social: Social
  readonly platform: ScriptedPlatform
  readonly client: Client
  readonly connection: NativeConnection
  readonly prefix: string
  readonly codePath: string
  /** Runs one statement as a superuser. */
  admin(text: string): Promise<readonly Record<string, unknown>[]>
  addAccount(): Promise<string>
  startWorkers(options?: Partial<RunWorkersOptions>): Promise<Workers>
  /** Until Temporal was told of the publication. */
  untilTold(publicationId: string): Promise<void>
  /** Asks until the publication is in that state; the test's time-out is the limit. */
  untilState(publicationId: string, state: string): Promise<void>
  close(): Promise<void>
}

export async function openTemporalRig(
  adapt: (adapter: PlatformAdapter) => PlatformAdapter = (adapter) => adapter,
  options: Pick<SocialOptions, 'spending' | 'apps'> = {},
): Promise<TemporalRig> {
  silenceRuntime()
  const prefix = createQueuePrefix()
  const folder = mkdtempSync(join(tmpdir(), 'ofm-temporal-'))
  const codePath = join(folder, 'workflows.cjs')
  const [database, connection] = await Promise.all([
    createPostgresDatabase(),
    NativeConnection.connect({ address: temporalAddress }),
    buildWorkflowBundle().then(({ code }) => writeFileSync(codePath, code)),
  ])
  const pool = new pg.Pool({ connectionString: database.url, max: 20 })
  // Tests cut connections, also idle ones.
  pool.on('error', () => undefined)
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
  const platform = createScriptedPlatform('synchronous', { now: Date.now, platform: 'scripted' })
  const social = createSocial({
    store: createPostgresStore({ pool }),
    adapters: [adapt(platform.adapter as PlatformAdapter)],
    secretKey: Buffer.from('only for tests, 32 bytes exactly').toString('base64'),
    files: createMemoryFiles(),
    engine: 'temporal',
    ...options,
  })
  await social.migrate()
  const client = new Client({ connection })
  const running = new Set<Workers>()
  const told = listenToTold(social.engine)
  let accounts = 0
  return {
    social,
    platform,
    client,
    connection,
    prefix,
    codePath,
    admin: async (text) => (await admin.query(text)).rows,
    async addAccount() {
      accounts += 1
      const account = { creator: 'ada', platform: 'scripted', tokens: { accessToken: `ada-${accounts}` } }
      return (await social.accounts.add(account)).id
    },
    async startWorkers(options = {}) {
      const stopping = new AbortController()
      let tellStarted = (): void => undefined
      const started = new Promise<void>((resolve) => {
        tellStarted = resolve
      })
      const ended = runWorkers({
        ...{
          social: { engine: told.engine },
          connection,
          queuePrefix: prefix,
          workflowBundle: { codePath },
          heartbeatTimeoutMs: 1_500,
        },
        ...options,
        signal: stopping.signal,
        onRunning: () => tellStarted(),
      })
      await Promise.race([started, ended])
      const workers: Workers = {
        async stop() {
          running.delete(workers)
          stopping.abort()
          await ended
        },
      }
      running.add(workers)
      return workers
    },
    untilTold: told.until,
    async untilState(publicationId, state) {
      for (;;) {
        const publication = await social.publications.get(publicationId)
        if (publication.state === state) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async close() {
      await Promise.all([...running].map((workers) => workers.stop()))
      for (const name of ['feed', 'sweep', 'renew', 'metrics'])
        await client.schedule
          .getHandle(`${prefix}-${name}`)
          .delete()
          .catch(() => undefined)
      await connection.close()
      await pool.end()
      await admin.end()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same engine; who waits for a publication to be told to Temporal hears of it. */
function listenToTold(engine: SocialEngine) {
  const known = new Set<string>()
  const waiting = new Map<string, () => void>()
  return {
    engine: {
      ...engine,
      handover: {
        ...engine.handover,
        async settle(told: Parameters<SocialEngine['handover']['settle']>[0]) {
          await engine.handover.settle(told)
          for (const { publicationId } of told) {
            known.add(publicationId)
            waiting.get(publicationId)?.()
          }
        },
      },
    },
    until: async (publicationId: string): Promise<void> => {
      if (known.has(publicationId)) return
      await new Promise<void>((resolve) => waiting.set(publicationId, resolve))
    },
  }
}
