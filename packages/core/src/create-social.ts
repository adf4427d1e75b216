import { createAccountAccess } from './accounts/account-access.ts'
import { createReadApp } from './accounts/app-credentials.ts'
import { parseAgency } from './agencies/parse-agency.ts'
import { createAgencySocial, type SocialParts } from './agency-social.ts'
import { createAssetAccess } from './assets/asset-access.ts'
import { withPublicUrlCheck } from './assets/check-public-urls.ts'
import { createReadFiles } from './assets/read-files.ts'
import { createEngine } from './engine/create-engine.ts'
import { createDueLoop } from './engine/due-loop.ts'
import { createFollowUp } from './engine/follow-up.ts'
import { createRenewConnections } from './engine/renew-connections.ts'
import { createEventDelivery } from './events/deliver-events.ts'
import { type Host, nodeHost, toIdSource } from './host.ts'
import { createLoadingCollectMetrics } from './metrics/load-collect-metrics.ts'
import { DEFAULT_AGENCY, toAgencyId } from './model/agency.ts'
import { createIds, isId } from './model/ids.ts'
import { toPublication } from './publications/to-publication.ts'
import type { Advance } from './publishing/advance.ts'
import { freeOwnLeases } from './publishing/free-own-lease.ts'
import { createLoadingAdvance } from './publishing/load-advance.ts'
import { createRunner } from './publishing/runner.ts'
import { createKeyRing } from './secrets/key-ring.ts'
import { createVault } from './secrets/vault.ts'
import type { AgencySocial, Social, SocialOptions } from './social.ts'
import { SocialError } from './social-error.ts'
import { createSpending } from './spending/create-spending.ts'
import { readPorts } from './store-ports.ts'

const CONCURRENCY = { total: 32, perPlatform: 16, perAccount: 1 } as const
/** Longer than a write may take, so that a stop never cuts one. */
const STOP_GRACE_MS = 60_000

/**
 * Everything an app needs, on its own database. Reads nothing and opens nothing until it is used.
 *
 * @throws {SocialError} `secret_key_missing`, `misconfigured`.
 */
export function createSocial(options: SocialOptions): Social {
  return createSocialOn(nodeHost, options)
}

/** The same on a given host: clock, timers and randomness. */
export function createSocialOn(host: Host, options: SocialOptions): Social {
  const parts = createParts(host, options)
  const { ports, runner, events, followUp, collectMetrics, renewConnections, log } = parts
  const { after } = host
  const runs = (options.engine ?? 'in_process') === 'in_process'
  const metrics = createDueLoop({
    run: collectMetrics,
    failure: 'metrics could not be collected',
    after,
    log,
  })
  const renewals = createDueLoop({ run: renewConnections, failure: 'permissions could not be renewed', after, log })
  const agencies = new Map<string, AgencySocial>()
  const toAgency = (agency: string) => ({ externalId: agency, id: toAgencyId(agency) })
  return {
    ...createAgencySocial(parts, toAgency(DEFAULT_AGENCY), { reach: 'installation' }),
    forAgency(agency) {
      const named = parseAgency(agency)
      const known = agencies.get(named) ?? createAgencySocial(parts, toAgency(named), { reach: 'agency' })
      agencies.set(named, known)
      return known
    },
    start() {
      if (runs) parts.preloadAdvance()
      if (runs) runner.start()
      if (runs) metrics.start()
      if (runs) renewals.start()
      followUp.start(parts)
    },
    async stop({ graceMs = STOP_GRACE_MS } = {}) {
      const begunAt = host.monotonic()
      await Promise.all([runner, metrics, renewals].map((loop) => loop.stop(graceMs)))
      await followUp.stop(parts, Math.max(0, graceMs - (host.monotonic() - begunAt)))
    },
    async tick(tickOptions) {
      const maxMs = parseMaxMs(tickOptions)
      const end = host.monotonic() + maxMs
      const { advanced, nextDueInMs } = runs ? await runner.tick(maxMs) : { advanced: 0, nextDueInMs: null }
      const booked = await parts.spending?.settle({ maxMs: end - host.monotonic() })
      await events.deliverDue(end - host.monotonic())
      const counted = runs ? await collectMetrics({ maxMs: end - host.monotonic() }) : { nextDueInMs: null }
      const renewed = runs ? await renewConnections({ maxMs: end - host.monotonic() }) : { nextDueInMs: null }
      const waits = [nextDueInMs, counted.nextDueInMs, booked?.nextDueInMs, renewed.nextDueInMs]
      const next = Math.min(...waits.map((waitMs) => waitMs ?? Number.POSITIVE_INFINITY))
      return { advanced, nextDueAt: Number.isFinite(next) ? new Date(host.now() + next) : null }
    },
    migrate: () => ports.schema.migrate(),
    migrationSql: (migrationOptions) => ports.schema.migrationSql(migrationOptions),
    assertMigrated: () => ports.schema.assertMigrated(),
    engine: createEngine(parts),
  }
}

const TICK_MAX_MS = 86_400_000

/** @throws {TypeError} */
function parseMaxMs(options: { readonly maxMs: number } | undefined): number {
  const maxMs: unknown = options?.maxMs
  if (typeof maxMs === 'number' && maxMs >= 0 && maxMs <= TICK_MAX_MS) return maxMs
  const given = typeof maxMs === 'number' ? `is ${maxMs}` : `is ${maxMs === undefined ? 'missing' : 'no number'}`
  throw new TypeError(`maxMs ${given}; it must be a number of milliseconds from 0 to ${TICK_MAX_MS}, a day.`)
}

function createParts(host: Host, options: SocialOptions): SocialParts {
  const log = options.log ?? (() => undefined)
  const keyRing = createKeyRing(options.secretKey, host.randomBytes)
  const ports = readPorts(options.store)
  const adapters = toAdapterMap(options)
  const createId = createIds(toIdSource(host))
  const { randomBytes, monotonic, after, startTimeout } = host
  const vault = createVault({ keyStore: options.keyStore ?? ports.keys, keyRing, randomBytes, monotonicNow: monotonic })
  const readApp = createReadApp(options.apps)
  const readFiles = createReadFiles(options.files)
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void after(ms, resolve))
  const random = (): number => (randomBytes(1)[0] ?? 0) / 256
  const access = createAccountAccess({
    connections: ports.connections,
    vault,
    adapters: options.adapters,
    readApp,
    tokenSource: options.tokenSource,
    random,
    monotonicNow: monotonic,
    startTimeout,
    wait,
    log,
  })
  const owner = `ofm-${Buffer.from(randomBytes(8)).toString('hex')}`
  const spending = createSpending({
    spending: options.spending,
    budgetOf: options.budgetOf,
    store: ports.spending,
    tell: ports.events.tell,
    createCallId: () => createId('attempt'),
    after,
    monotonic,
    log,
  })
  const spendingLoop =
    spending && createDueLoop({ run: spending.settle, failure: 'spending could not be booked', after, log })
  const loading = createLoadingAdvance({
    spending: spending?.attempts,
    payForCall: spending?.payForCall,
    store: ports.publishing,
    adapters,
    access,
    assets: createAssetAccess({ readFiles }),
    createAttemptId: () => createId('attempt'),
    monotonic,
    after,
    owner,
    log,
  })
  const advance = freeOwnLeases(loading.advance, { handover: ports.handover, owner })
  const concurrency = { ...CONCURRENCY, ...options.concurrency }
  const events = createEventDelivery({
    store: ports.events,
    readPublication: async (agencyId, id) => {
      const found = isId('publication', id) ? await ports.publications.find(agencyId, id) : null
      return found && toPublication(found)
    },
    readAccount: async (agencyId, id) => (isId('account', id) ? ports.accounts.find(agencyId, id) : null),
    forwardAlerts: spending?.forwardAlerts,
    monotonic,
    after,
    log,
  })
  const followUp = createFollowUp({ events, spendingLoop })
  const advanceAndTell: Advance = async (publicationId, advanceOptions) => {
    const advanced = await advance(publicationId, advanceOptions)
    followUp.wake()
    return advanced
  }
  const runner = createRunner({ store: ports.publishing, advance: advanceAndTell, monotonic, after, concurrency, log })
  const collectMetrics = createLoadingCollectMetrics({
    store: ports.metrics,
    publishing: ports.publishing,
    adapters,
    enabled: options.metrics,
    payForCall: spending?.payForCall,
    access,
    monotonic,
    startTimeout,
    log,
  })
  const renewConnections = createRenewConnections({ store: ports.renewals, access, monotonic, log })
  return {
    host,
    options,
    log,
    ports,
    adapters,
    createId,
    vault,
    readApp,
    readFiles,
    access,
    advance,
    preloadAdvance: loading.preload,
    runner,
    events,
    collectMetrics,
    renewConnections,
    spending,
    followUp,
  }
}

function toAdapterMap({ adapters, files }: Pick<SocialOptions, 'adapters' | 'files'>): SocialParts['adapters'] {
  for (const { platform, publishLimits = [] } of adapters) {
    const wrong = publishLimits.find(({ max, perMs }) => !Number.isInteger(max) || max < 1 || !(perMs > 0))
    if (!wrong) continue
    const rule = 'max is a whole number from 1 on, perMs more than 0.'
    throw new SocialError('misconfigured', `The limit "${wrong.name}" in publishLimits of ${platform}: ${rule}`)
  }
  const map = new Map(adapters.map((adapter) => [adapter.platform, withPublicUrlCheck(adapter, files)]))
  if (map.size === adapters.length) return map
  throw new SocialError('misconfigured', 'Two adapters have the same platform; each platform has one adapter.')
}
