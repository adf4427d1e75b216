import * as z from 'zod'
import { type AgencyId, isId, type PublicationId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import type { PartMetrics } from '../platform/platform-metrics.ts'
import { SocialError } from '../social-error.ts'
import { BudgetRefused } from '../spending/pay-for-call.ts'
import type { Metrics } from './metrics.ts'
import type { LivePart, MetricsStore } from './metrics-store.ts'
import { type ReadCountersDependencies, readPartCounters } from './read-counters.ts'

export interface MetricsDependencies extends ReadCountersDependencies {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: Pick<MetricsStore, 'readLive' | 'samplesOf' | 'accountSamples' | 'saveWindows'>
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  /** Both throw `not_found`. */
  readonly findPublication: (id: string) => Promise<{ readonly id: string; readonly platform: string }>
  readonly findAccount: (id: string) => Promise<unknown>
}

const SAMPLES_DEFAULT = 100
const SAMPLES_MAX = 1_000

const windowInput = once(() =>
  z
    .strictObject({ since: z.date().optional(), limit: z.int().min(1).max(SAMPLES_MAX).default(SAMPLES_DEFAULT) })
    .default({ limit: SAMPLES_DEFAULT }),
)

/** Metrics of one agency. */
export function createMetrics(dependencies: MetricsDependencies): Metrics {
  const { readAgencyId, store } = dependencies
  const findPublication = async (id: string): Promise<{ readonly id: PublicationId; readonly platform: string }> => {
    const found = await dependencies.findPublication(id)
    if (isId('publication', found.id)) return { id: found.id, platform: found.platform }
    throw new SocialError('not_found', `There is no publication ${id}.`)
  }
  return {
    async samples(publication) {
      const { id } = await findPublication(publication)
      return store.samplesOf(await readAgencyId(), id)
    },
    async accountSamples(account, options) {
      const { since, limit } = parseInput(windowInput(), options)
      await dependencies.findAccount(account)
      if (!isId('account', account)) return []
      return store.accountSamples(await readAgencyId(), account, { since: since?.getTime() ?? null, limit })
    },
    async read(publication) {
      const { id, platform } = await findPublication(publication)
      const adapter = dependencies.adapters.get(platform)
      if (!adapter?.readMetrics) throw new SocialError('not_allowed', `No metrics can be read from ${platform}.`)
      const agencyId = await readAgencyId()
      const live = await store.readLive(agencyId, [id])
      const said = await readNow(dependencies, adapter, agencyId, live)
      return live.map(({ partIndex, part: { externalId } }) => ({
        partIndex,
        externalId,
        counters: said.find((one) => one.externalId === externalId)?.counters ?? null,
      }))
    },
  }
}

async function readNow(
  dependencies: MetricsDependencies,
  adapter: PlatformAdapter,
  agencyId: AgencyId,
  live: readonly LivePart[],
): Promise<readonly PartMetrics[]> {
  const [first] = live
  const size = adapter.limits.metricsBatchMax ?? 1
  const said: PartMetrics[] = []
  try {
    for (let from = 0; first && from < live.length; from += size) {
      const parts = live.slice(from, from + size).map(({ part }) => part)
      said.push(...(await readPartCounters(dependencies, adapter, { ...first, agencyId }, parts)))
    }
    return said
  } catch (error) {
    if (error instanceof BudgetRefused) throw new SocialError('not_allowed', error.message, { cause: error })
    if (!isPlatformError(error)) throw error
    throw new SocialError('platform_failed', `${adapter.displayName} did not say: ${error.message}`, { cause: error })
  }
}
