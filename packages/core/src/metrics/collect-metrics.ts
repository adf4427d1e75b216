import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import type { Counters, PartMetrics } from '../platform/platform-metrics.ts'
import { nameFailure } from '../publishing/name-failure.ts'
import type { PublishingStore } from '../publishing/publishing-store.ts'
import { recordRemoved } from '../publishing/record-preparation.ts'
import { backOffMs } from '../publishing/timing.ts'
import type { SocialOptions } from '../social.ts'
import { BudgetRefused } from '../spending/pay-for-call.ts'
import { ACCOUNT_METRICS_EVERY_MS, nextMetricAge } from './metric-ages.ts'
import { findMetricsPause, type MetricsPause } from './metrics-pause.ts'
import type { DueBatch, DuePart, MetricsStore, PartMeasured } from './metrics-store.ts'
import { type ReadCountersDependencies, readAccountCounters, readPartCounters } from './read-counters.ts'

const LEASE_MS = 120_000
const RETRY_FIRST_MS = 60_000
const RETRY_MAX_MS = 3_600_000
/** One read may be wrong, or stale: a post is gone when two this far apart say so. */
const GONE_AFTER_MS = 3_600_000

export interface CollectMetricsDependencies extends ReadCountersDependencies {
  readonly store: MetricsStore
  readonly publishing: Pick<PublishingStore, 'change'>
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  /** `SocialOptions.metrics`. */
  readonly enabled: SocialOptions['metrics']
  readonly log: NonNullable<SocialOptions['log']>
}

/** Reads what is due, account by account, until nothing is or the time is over. A read that the signal ends is due again at once. */
export type CollectMetrics = (options: {
  readonly maxMs: number
  readonly signal?: AbortSignal
}) => Promise<{ readonly read: number; readonly nextDueInMs: number | null }>

export function createCollectMetrics(dependencies: CollectMetricsDependencies): CollectMetrics {
  const { store, monotonic } = dependencies
  const counted = [...dependencies.adapters.values()].filter((adapter) => isCounted(adapter, dependencies.enabled))
  const platforms = counted.map(({ platform }) => platform)
  let turn = 0
  return async ({ maxMs, signal }) => {
    if (counted.length === 0) return { read: 0, nextDueInMs: null }
    const end = monotonic() + maxMs
    let read = 0
    // In turns, also across calls: a platform that is slow, or has much to read, keeps no other waiting.
    for (let idle = 0; idle < counted.length; ) {
      if (monotonic() > end || signal?.aborted) return { read, nextDueInMs: 0 }
      const adapter = counted[turn % counted.length]
      turn += 1
      if (adapter && (await collectBatch(dependencies, adapter, signal))) {
        read += 1
        idle = 0
      } else idle += 1
    }
    return { read, nextDueInMs: await store.nextDueInMs(platforms) }
  }
}

/** With what ends its reads. */
type Batch = DueBatch & { readonly signal: AbortSignal | undefined }

/** False when nothing is due. */
async function collectBatch(
  dependencies: CollectMetricsDependencies,
  adapter: PlatformAdapter,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const limit = adapter.limits.metricsBatchMax ?? 1
  const due = await dependencies.store.takeDue(adapter.platform, { limit, leaseMs: LEASE_MS })
  if (!due) return false
  const batch = { ...due, signal }
  const pause = findMetricsPause(await dependencies.store.readWindows(batch.agencyId, batch.accountId), batch.now)
  if (pause) await postpone(dependencies, batch, pause)
  else if (batch.kind === 'parts') await collectParts(dependencies, adapter, batch)
  else await collectAccount(dependencies, adapter, batch)
  return true
}

async function postpone(
  dependencies: CollectMetricsDependencies,
  batch: DueBatch,
  { until, window }: MetricsPause,
): Promise<void> {
  const { accountId, platform } = batch
  const used = `${window.limit - window.remaining} of ${window.limit}`
  const message = `metrics wait until ${new Date(until).toISOString()}: the platform's allowance is needed for publishing`
  dependencies.log({ level: 'info', message, platform, accountId, allowance: window.name, scope: window.scope, used })
  await giveBack(dependencies, batch, until)
}

/** It counts as no failure; an age whose time passes meanwhile stays a gap. */
async function giveBack({ store }: CollectMetricsDependencies, batch: DueBatch, dueAt: number): Promise<void> {
  if (batch.kind === 'account') {
    await store.saveAccount(batch, { counters: null, dueAt, failures: batch.failures })
    return
  }
  const later = batch.parts.map((part) => {
    const { measuredMs, failures, goneSince } = part
    return { part, sample: null, next: { dueAt, measuredMs }, failures, goneSince }
  })
  await store.saveParts(batch.agencyId, later)
}

/** Reading that costs money is off until the host turns it on. */
function isCounted(adapter: PlatformAdapter, enabled: SocialOptions['metrics'] = {}): boolean {
  if (!adapter.readMetrics && !adapter.readAccountMetrics) return false
  return enabled[adapter.platform] ?? adapter.meters?.usesOfMetrics === undefined
}

async function collectParts(
  dependencies: CollectMetricsDependencies,
  adapter: PlatformAdapter,
  batch: Batch & { readonly kind: 'parts' },
): Promise<void> {
  const { store } = dependencies
  const ids = [...new Set(batch.parts.map((part) => part.publicationId))]
  const live = await store.readLive(batch.agencyId, ids)
  const asked = batch.parts.flatMap((part) => {
    const found = live.find((one) => one.publicationId === part.publicationId && one.partIndex === part.partIndex)
    return found && isDue(part, batch.now) ? [found] : []
  })
  let answer: readonly PartMetrics[] = []
  let failure: unknown
  try {
    const parts = asked.map(({ part }) => part)
    if (parts.length > 0) answer = await readPartCounters(dependencies, adapter, batch, parts)
  } catch (error) {
    if (batch.signal?.aborted) return giveBack(dependencies, batch, batch.now)
    failure = error
    logFailure(dependencies, batch, error)
  }
  const measured = batch.parts.map((part) => {
    const one = asked.find((live) => live.publicationId === part.publicationId && live.partIndex === part.partIndex)
    const said = answer.find(({ externalId }) => externalId === one?.part.externalId)
    const isLive = live.some((any) => any.publicationId === part.publicationId && any.partIndex === part.partIndex)
    return toMeasured(part, { now: batch.now, said, isLive, failure })
  })
  // Before its series ends: where this fails, it is found to be gone again.
  for (const one of measured) if (isGone(one, batch.now)) await removeGone(dependencies, batch, one.part)
  await store.saveParts(batch.agencyId, measured)
}

/** Its age has come and its time has not passed, or it seemed to be gone and is looked for again. */
function isDue(part: DuePart, now: number): boolean {
  if (part.goneSince !== null) return true
  const age = nextMetricAge(part.publishedAt, part.measuredMs, now)
  return age !== null && age.dueAt <= now
}

interface Said {
  readonly now: number
  readonly said: PartMetrics | undefined
  readonly isLive: boolean
  readonly failure: unknown
}

function toMeasured(part: DuePart, { now, said, isLive, failure }: Said): PartMeasured {
  const age = nextMetricAge(part.publishedAt, part.measuredMs, now)
  const over: PartMeasured = { part, sample: null, next: null, failures: 0, goneSince: null }
  if (!isLive || !age) return over
  if (said?.gone) {
    const goneSince = part.goneSince ?? now
    if (now - goneSince >= GONE_AFTER_MS) return { ...over, goneSince }
    const next = { dueAt: goneSince + GONE_AFTER_MS, measuredMs: part.measuredMs }
    return { part, sample: null, next, failures: 0, goneSince }
  }
  const later = { ...over, next: { dueAt: age.dueAt, measuredMs: part.measuredMs } }
  if (said?.counters) {
    if (age.dueAt > now) return later
    const sample = { ageMs: age.ageMs, counters: said.counters }
    return { ...over, sample, next: follow(part, age.ageMs, now) }
  }
  if (age.dueAt > now && part.goneSince === null) return later
  const failures = part.failures + 1
  const next = { dueAt: now + retryAfterMs(failures, failure), measuredMs: part.measuredMs }
  return { part, sample: null, next, failures, goneSince: part.goneSince }
}

function follow(part: DuePart, measuredMs: number, now: number): PartMeasured['next'] {
  const next = nextMetricAge(part.publishedAt, measuredMs, now)
  return next && { dueAt: next.dueAt, measuredMs }
}

function retryAfterMs(failures: number, failure: unknown): number {
  const backOff = backOffMs(failures, RETRY_FIRST_MS, RETRY_MAX_MS)
  const asked = isPlatformError(failure) ? (failure.retryAfterMs ?? 0) : 0
  return Math.max(backOff, asked)
}

const isGone = (measured: PartMeasured, now: number): boolean =>
  measured.next === null && measured.goneSince !== null && now - measured.goneSince >= GONE_AFTER_MS

/** Row 58. Whether its author or the platform took it away is not known. */
async function removeGone(
  { publishing }: CollectMetricsDependencies,
  { agencyId }: DueBatch,
  { publicationId, partIndex }: DuePart,
): Promise<void> {
  await publishing.change({ agencyId, publicationId }, {}, (publication) =>
    recordRemoved(publication, { part: partIndex, by: null }),
  )
}

async function collectAccount(
  dependencies: CollectMetricsDependencies,
  adapter: PlatformAdapter,
  batch: Batch & { readonly kind: 'account' },
): Promise<void> {
  let counters: Counters | null = null
  let failure: unknown
  try {
    const owner = await dependencies.store.readOwner(batch.agencyId, batch.accountId)
    counters = await readAccountCounters(dependencies, adapter, { ...batch, ...(owner && { owner }) })
  } catch (error) {
    if (batch.signal?.aborted) return giveBack(dependencies, batch, batch.now)
    failure = error
    logFailure(dependencies, batch, error)
  }
  const failures = failure === undefined ? 0 : batch.failures + 1
  const waitMs = failure === undefined ? ACCOUNT_METRICS_EVERY_MS : retryAfterMs(failures, failure)
  await dependencies.store.saveAccount(batch, { counters, dueAt: batch.now + waitMs, failures })
}

function logFailure({ log }: CollectMetricsDependencies, { platform, accountId }: DueBatch, error: unknown): void {
  const name = isPlatformError(error) ? error.code : nameFailure(error)
  const message =
    error instanceof BudgetRefused
      ? `metrics are not read for now: ${error.message}`
      : 'metrics could not be read; they are asked for again'
  log({
    level: 'warn',
    message,
    platform,
    accountId,
    error: name,
  })
}
