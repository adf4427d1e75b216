import { randomBytes } from 'node:crypto'
import { createSocial, type Social } from '@ofm-social/core'
import { type ApiKeys, createApiKeys } from './api-keys.ts'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { type Engine, startEngine } from './engine.ts'
import { ensureFirstKey, type FirstKey } from './first-key.ts'
import { createHealth, type Health } from './health.ts'
import { createIdempotency, type Idempotency } from './idempotency.ts'
import { type Listener, listen } from './listen.ts'
import type { Log } from './log.ts'
import { createMediaLinks } from './media-links.ts'
import { type OpenedDatabase, openDatabase } from './open-database.ts'
import { type OpenedFiles, openFiles } from './open-files.ts'
import { createLedgerAccess, type LedgerAccess } from './open-ledger.ts'
import { type OpenedPlatforms, openPlatforms } from './open-platforms.ts'
import { migrateServerTables } from './server-tables.ts'
import { createBudgetSpending } from './spend-from-budgets.ts'
import { StartError } from './start-error.ts'

/** A server that runs. */
export interface RunningServer {
  readonly url: string
  readonly database: OpenedDatabase['kind']
  /** Null: the platforms are the real ones. */
  readonly emulators: OpenedPlatforms['emulators']
  /** Names of the platforms. */
  readonly platforms: readonly string[]
  readonly engine: Engine['kind']
  /** Null where a key was made before and is not in the data folder. */
  readonly firstKey: FirstKey | null
  /** Unready, drained, closed: in this order. */
  stop(): Promise<void>
}

const requestGraceMs = 10_000
const publishGraceMs = 60_000
const cleanEveryMs = 3_600_000

/**
 * Builds the parts that the configuration names and puts them together. What was opened is closed again when a later part fails.
 *
 * @throws {StartError} One sentence that says what to do.
 */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const opened: (() => Promise<void>)[] = []
  try {
    const parts = await openParts(config, log, opened)
    const firstKey =
      config.role === 'worker'
        ? null
        : await ensureFirstKey(parts.apiKeys, parts.folder, parts.platforms.emulators ? 'replace' : 'leave')
    warnOfAddress(config, log, parts.publicUrl)
    serve(config, log, parts)
    parts.social.start()
    const cleaning = setInterval(() => clean(parts.idempotency, log), cleanEveryMs)
    cleaning.unref()
    return {
      url: parts.listener.url,
      database: parts.database.kind,
      emulators: parts.platforms.emulators,
      platforms: parts.platforms.adapters.map(({ platform }) => platform),
      engine: parts.engine.kind,
      firstKey,
      async stop() {
        clearInterval(cleaning)
        await stopParts(config, parts)
      },
    }
  } catch (error) {
    for (const close of opened.toReversed()) await close()
    throw error
  }
}

interface Parts {
  readonly folder: DataFolder
  readonly listener: Listener
  readonly publicUrl: string
  readonly database: OpenedDatabase
  readonly storage: OpenedFiles
  readonly ledger: LedgerAccess
  readonly platforms: OpenedPlatforms
  readonly social: Social
  readonly engine: Engine
  readonly apiKeys: ApiKeys
  readonly idempotency: Idempotency
  readonly health: Health
}

async function openParts(config: Config, log: Log, opened: (() => Promise<void>)[]): Promise<Parts> {
  const folder = await openDataFolder(config.dataFolder)
  const listener = await listen(config.host, config.port)
  opened.push(() => listener.close(0))
  const publicUrl = config.publicUrl ?? listener.url
  const database = await openDatabase(config.databaseUrl, folder, log)
  opened.push(() => database.close())
  const platforms = await openPlatforms(config.platforms, folder, publicUrl)
  opened.push(() => platforms.close())
  const secretKey = config.secretKey ?? (await ensureSecretKey(folder))
  const secretKeys = [secretKey, ...config.oldSecretKeys] as const
  // Emulators fetch from this machine, whatever it is called outside.
  const mediaUrl = platforms.emulators ? listener.url : publicUrl
  const links = createMediaLinks({ publicUrl: mediaUrl, secretKeys, now: Date.now })
  const storage = await openFiles(config.s3, folder, links)
  opened.push(async () => storage.close())
  const ledger = createLedgerAccess(database.source)
  opened.push(() => ledger.close())
  const social = createSocial({
    store: database.store,
    adapters: platforms.adapters,
    apps: platforms.apps,
    secretKey: toKeyRing(secretKey, config.oldSecretKeys),
    metrics: Object.fromEntries(config.paidMetrics.map((platform) => [platform, true])),
    files: storage.files,
    spending: createBudgetSpending(ledger),
    log: ({ level, message, ...details }) => log[level](details, message),
    engine: config.temporal === null ? 'in_process' : 'temporal',
  })
  await social.migrate()
  await migrateServerTables(database.sql)
  const engine = await startEngine(config.temporal, config.role, { social, log, folder })
  opened.push(() => engine.stop())
  const health = createHealth(
    {
      database: () => database.sql.query('select 1'),
      migrations: () => social.assertMigrated(),
      files: storage.check,
      // A process that takes requests takes them whether publications go out or not; one that only runs them has nothing else to do.
      ...(config.role === 'worker' ? { engine: () => requireRunning(engine) } : {}),
    },
    (name, error) => log.error({ err: error }, `Not ready: ${name}.`),
  )
  const apiKeys = createApiKeys(database.sql)
  const idempotency = createIdempotency(database.sql, secretKeys)
  return {
    folder,
    listener,
    publicUrl,
    database,
    storage,
    ledger,
    platforms,
    social,
    engine,
    apiKeys,
    idempotency,
    health,
  }
}

async function requireRunning(engine: Engine): Promise<void> {
  const state = await engine.readState()
  if (state === 'away') throw new StartError('Temporal does not answer, or the workers do not run yet.')
}

/** The present key wraps; former ones open until everything is wrapped anew. */
function toKeyRing(secretKey: string, oldKeys: readonly string[]) {
  const old = oldKeys.map((key, index) => [`OFM_OLD_KEYS/${index}`, key] as const)
  return { active: 'OFM_KEY', keys: { OFM_KEY: secretKey, ...Object.fromEntries(old) } }
}

/** Seals the tokens in the database: without the file they cannot be read again. */
async function ensureSecretKey(folder: DataFolder): Promise<string> {
  const kept = await folder.readPrivate('secret-key')
  return kept ?? folder.ensurePrivate('secret-key', randomBytes(32).toString('base64'))
}

function serve(config: Config, log: Log, parts: Parts): void {
  const { social, engine, apiKeys, idempotency, health, publicUrl, listener, database, storage, ledger } = parts
  const { returnToOrigins, uploadSizeBytesMax } = config
  const durability = database.kind === 'PGlite' ? 'evaluation' : 'durable'
  const app = createApp({
    ...{ social, apiKeys, idempotency, health, ledger, log, publicUrl, storage: durability, answers: 'trusted' },
    ...{ readEngine: engine.readState, serves: config.role === 'worker' ? 'health' : 'all' },
    ...{ returnToOrigins, uploadSizeBytesMax, media: storage.media },
  })
  listener.serve(app)
}

/** Apps that bring their own tokens need no address; everybody else finds out at the first login. */
function warnOfAddress({ publicUrl, platforms, role }: Config, log: Log, ownUrl: string): void {
  if (publicUrl !== null || platforms.kind === 'emulators' || role === 'worker') return
  log.warn(`PUBLIC_URL is not set: logins and webhooks come to ${ownUrl}, which only this machine reaches.`)
}

async function stopParts({ drainMs }: Config, parts: Parts): Promise<void> {
  const { health, listener, social, engine, database, storage, ledger, platforms } = parts
  health.drain()
  await new Promise((resolve) => setTimeout(resolve, drainMs))
  await listener.close(requestGraceMs)
  await Promise.all([social.stop({ graceMs: publishGraceMs }), engine.stop()])
  await ledger.close()
  await platforms.close()
  storage.close()
  await database.close()
  health.stop()
}

function clean(idempotency: Idempotency, log: Log): void {
  idempotency.removeOld().catch((error: unknown) => log.warn({ err: error }, 'Old idempotency keys were not removed.'))
}
