import type { Account } from '../accounts/accounts.ts'
import { createSocialOn } from '../create-social.ts'
import type { RenewalStore } from '../engine/renewal-store.ts'
import { type Host, nodeHost } from '../host.ts'
import type { MetricsStore } from '../metrics/metrics-store.ts'
import { toAgencyId } from '../model/agency.ts'
import type { AssetFiles } from '../model/asset-files.ts'
import type { AgencyId } from '../model/ids.ts'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import type { PublishingStore } from '../publishing/publishing-store.ts'
import type { AgencySocial, Social, SocialOptions } from '../social.ts'
import type { Spending } from '../spending/spending.ts'
import type { SpendingStore } from '../spending/spending-store.ts'
import { type StorePorts, toSocialStore } from '../store-ports.ts'
import { createMemoryFiles } from './memory-files.ts'
import { createScriptedPlatform, type ScriptedPlatform, type ScriptedShape } from './scripted/scripted-platform.ts'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

export interface TestSocialOptions {
  /** How the platform behaves. Default `synchronous`: the answer of a write says whether it is live. */
  readonly shape?: ScriptedShape
  /** More adapters beside the scripted one, such as an emulator's. */
  readonly adapters?: SocialOptions['adapters']
  readonly apps?: SocialOptions['apps']
  readonly files?: AssetFiles
  /**
   * Another engine than the in-process runner: runs everything that is due now, and answers how many steps that were. `isDue`: whether something still is.
   */
  readonly runDue?: (social: Social, isDue: () => Promise<boolean>) => Promise<number>
  /** Whether metrics are read as time passes. Default no: their ages are more stops on the way. */
  readonly metrics?: boolean
  /** What the scripted platform asks for its calls. Default: nothing. */
  readonly meters?: PlatformMeters
  /** A ledger; its clock is its own. Default: nothing is reserved. */
  readonly spending?: Spending | ((now: () => number) => Spending)
  readonly budgetOf?: SocialOptions['budgetOf']
  readonly log?: SocialOptions['log']
}

/** A `social` for an app's own tests: no mocks, no network, no waiting. */
export interface TestSocial extends Social {
  /** The platform, with the truth in reach: what is live, what was called, what goes wrong next. Its name is `scripted`. */
  readonly platform: ScriptedPlatform
  /** Lets time pass (`90s`, `15min`, `1h`, `2d`, or milliseconds) and runs everything that falls due on the way. */
  advance(duration: string | number): Promise<void>
  /** Runs what is due now. */
  settle(): Promise<void>
  /** The moment at which the clock stands. */
  now(): Date
  /** Adds an account of the scripted platform; the creator is the app's own id. */
  addAccount(account: { readonly creator: string; readonly username?: string }): Promise<Account>
}

let opened: Promise<TestDatabase> | undefined
let count = 0

const HOUR_MS = 3_600_000

/**
 * Brings a store (PGlite, one for the process), a scripted platform and a clock that stands still. Each call has an agency of its own.
 *
 * Needs `@electric-sql/pglite` beside core.
 */
export async function createTestSocial(options: TestSocialOptions = {}): Promise<TestSocial> {
  opened ??= openTestDatabase()
  const database = await opened
  count += 1
  const agency = `test-${count}`
  const platform = createScriptedPlatform(options.shape ?? 'synchronous', { now: database.now, platform: 'scripted' })
  const adapter = options.meters ? { ...platform.adapter, meters: options.meters } : platform.adapter
  const ports = inAgencyOnly(database.ports, toAgencyId(agency))
  const social = createSocialOn(createTestHost(database), {
    store: toSocialStore(ports),
    adapters: [adapter, ...(options.adapters ?? [])],
    apps: typeof options.apps === 'function' ? options.apps : { scripted: { clientId: 'scripted' }, ...options.apps },
    secretKey: Buffer.from('only for tests, 32 bytes exactly').toString('base64'),
    files: options.files ?? createMemoryFiles(),
    metrics: { scripted: options.metrics ?? false },
    ...(options.runDue ? { engine: 'temporal' as const } : {}),
    ...(options.spending && {
      spending: typeof options.spending === 'function' ? options.spending(database.now) : options.spending,
    }),
    ...(options.budgetOf && { budgetOf: options.budgetOf }),
    ...(options.log && { log: options.log }),
  })
  const tick = async (): Promise<{ readonly advanced: number; readonly nextDueAt: Date | null }> => {
    // The clock of the test stands still meanwhile, the one that ends a tick does not.
    if (!options.runDue) return social.tick({ maxMs: HOUR_MS })
    const readDue = () => ports.publishing.readDue({ limit: 1, excludeAccounts: [], excludePlatforms: [] })
    const advanced = await options.runDue(social, async () => (await readDue()).due.length > 0)
    const { nextDueInMs } = await readDue()
    return { advanced, nextDueAt: nextDueInMs === null ? null : new Date(database.now() + nextDueInMs) }
  }
  const own: AgencySocial = social.forAgency(agency)
  const settle = async (): Promise<void> => {
    for (let pass = 0; pass < 100; pass += 1) {
      const { advanced } = await tick()
      if (advanced === 0) return
    }
  }
  return {
    ...social,
    ...own,
    pause: (scope, pauseOptions) => ('everything' in scope ? social : own).pause(scope, pauseOptions),
    resume: (scope, resumeOptions) => ('everything' in scope ? social : own).resume(scope, resumeOptions),
    platform,
    settle,
    now: () => new Date(database.now()),
    addAccount: ({ creator, username = creator }) =>
      own.accounts.add({ creator, platform: 'scripted', tokens: { accessToken: `${agency}-${username}` } }),
    async advance(duration) {
      const end = database.now() + toMs(duration)
      for (;;) {
        await settle()
        const left = end - database.now()
        if (left <= 0) return
        const { nextDueAt } = await tick()
        const next = nextDueAt === null ? left : Math.max(1, nextDueAt.getTime() - database.now())
        await database.advance(Math.min(left, next))
      }
    },
  }
}

/** Other tests of the process share the database: this one runs its own work only. */
function inAgencyOnly(ports: StorePorts, agencyId: AgencyId): StorePorts {
  const publishing: PublishingStore = {
    ...ports.publishing,
    async readDue(query) {
      const { due, nextDueInMs } = await ports.publishing.readDue({ ...query, limit: 10_000 })
      return { due: due.filter((item) => item.agencyId === agencyId).slice(0, query.limit), nextDueInMs }
    },
  }
  const metrics: MetricsStore = {
    ...ports.metrics,
    takeDue: (platform, options) => ports.metrics.takeDue(platform, { ...options, agencyId }),
    nextDueInMs: (platforms) => ports.metrics.nextDueInMs(platforms, { agencyId }),
  }
  const spending: SpendingStore = {
    ...ports.spending,
    takeDue: (options) => ports.spending.takeDue({ ...options, agencyId }),
    nextDueInMs: () => ports.spending.nextDueInMs({ agencyId }),
  }
  const renewals: RenewalStore = {
    take: (options) => ports.renewals.take({ ...options, agencyId }),
    nextDueInMs: () => ports.renewals.nextDueInMs({ agencyId }),
  }
  return { ...ports, publishing, metrics, spending, renewals }
}

function createTestHost(database: TestDatabase): Host {
  return {
    ...nodeHost,
    now: database.now,
    monotonic: database.now,
    after: () => () => undefined,
    startTimeout: () => new AbortController().signal,
  }
}

const UNITS = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

function toMs(duration: string | number): number {
  if (typeof duration === 'number') return duration
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/.exec(duration)
  const unit = match?.[2]
  if (!match || !unit || !(unit in UNITS))
    throw new RangeError(`A duration is a number and ms, s, min, h or d, such as 90s; not ${duration}.`)
  return Number(match[1]) * UNITS[unit as keyof typeof UNITS]
}
