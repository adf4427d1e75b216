import { parseAgency } from './agencies/parse-agency.ts'
import { createAgencySocial } from './agency-social.ts'
import { createEngine } from './engine/create-engine.ts'
import { createDueLoop } from './engine/due-loop.ts'
import { type Host, nodeHost } from './host.ts'
import { DEFAULT_AGENCY, toAgencyId } from './model/agency.ts'
import type { AgencySocial, Social, SocialOptions } from './social.ts'
import { createSocialParts } from './social-parts.ts'

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
  const parts = createSocialParts(host, options)
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
    async stop(stopOptions = {}) {
      const graceMs = expectWait('graceMs', stopOptions.graceMs ?? STOP_GRACE_MS)
      const begunAt = host.monotonic()
      await Promise.all([runner, metrics, renewals].map((loop) => loop.stop(graceMs)))
      await followUp.stop(parts, Math.max(0, graceMs - (host.monotonic() - begunAt)))
    },
    async tick(tickOptions) {
      const maxMs = expectWait('maxMs', tickOptions?.maxMs)
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

const WAIT_MAX_MS = 86_400_000

/** @throws {TypeError} */
function expectWait(name: string, ms: unknown): number {
  if (typeof ms === 'number' && ms >= 0 && ms <= WAIT_MAX_MS) return ms
  const given = typeof ms === 'number' ? `is ${ms}` : `is ${ms === undefined ? 'missing' : 'no number'}`
  throw new TypeError(`${name} ${given}; it must be a number of milliseconds from 0 to ${WAIT_MAX_MS}, a day.`)
}
