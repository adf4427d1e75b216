import { createAccountCallContext, untilAborted } from '../accounts/adapter-call.ts'
import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { Counters, PartMetrics, PublishedPart } from '../platform/platform-metrics.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import { selectStorable } from '../publishing/note-rate-windows.ts'
import type { AccountAccess } from '../publishing/publishing-store.ts'
import type { PayForCall } from '../spending/pay-for-call.ts'
import type { MetricsStore } from './metrics-store.ts'

const READ_TIMEOUT_MS = 10_000

export interface ReadCountersDependencies {
  readonly store: Pick<MetricsStore, 'saveWindows'>
  readonly access: AccountAccess
  readonly monotonic: () => number
  readonly startTimeout: (timeoutMs: number) => AbortSignal
  /** Absent: nothing is reserved. */
  readonly payForCall?: PayForCall | undefined
}

export interface CountedAccount {
  readonly agencyId: AgencyId
  readonly accountId: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  /** The database's clock, epoch milliseconds. */
  readonly now: number
  /** Absent where the parts say all. */
  readonly owner?: CallContext['account']
  /** Ends the read before its time is over. */
  readonly signal?: AbortSignal | undefined
}

/** Lets an adapter read with the account's own token, for at most ten seconds, and keeps what the answers said about limits. */
export async function readCounters<Result>(
  dependencies: ReadCountersDependencies,
  account: CountedAccount,
  read: (context: CallContext) => Promise<Result>,
): Promise<Result> {
  const timeout = dependencies.startTimeout(READ_TIMEOUT_MS)
  const signal = account.signal ? AbortSignal.any([timeout, account.signal]) : timeout
  const noted: RateWindow[] = []
  const work = async (): Promise<Result> => {
    const app = await dependencies.access.appFor(account)
    const accessToken = await dependencies.access.accessToken(account, { forMs: READ_TIMEOUT_MS, force: 'no', signal })
    const { monotonic } = dependencies
    const { now, owner } = account
    const call = { app, accessToken, now, signal, monotonicNow: monotonic, ...(owner && { account: owner }) }
    const noteRateWindows = (windows: readonly RateWindow[]) => void noted.push(...windows)
    return read({ ...createAccountCallContext(call), noteRateWindows })
  }
  try {
    return await untilAborted(work(), signal)
  } finally {
    const windows = selectStorable(noted, account.now)
    if (windows.length > 0) await dependencies.store.saveWindows(account.agencyId, account.accountId, windows)
  }
}

/** Reads what an adapter counts for parts of one account; what costs money is reserved first. */
export async function readPartCounters(
  dependencies: ReadCountersDependencies,
  adapter: PlatformAdapter,
  account: CountedAccount,
  parts: readonly PublishedPart[],
): Promise<readonly PartMetrics[]> {
  const read = () =>
    readCounters(dependencies, account, async (context) => (await adapter.readMetrics?.(parts, context)) ?? [])
  const { meters } = adapter
  if (!dependencies.payForCall || !meters?.usesOfMetrics) return read()
  const usesOf = (answer: readonly PartMetrics[]) =>
    meters.usesOfMetrics?.(answer.filter(({ counters }) => counters !== undefined).length) ?? []
  const uses = meters.usesOfMetrics(parts.length)
  return dependencies.payForCall(
    { ...account, reference: account.accountId, prices: meters.prices, uses, usesOf },
    read,
  )
}

/** The same of the account itself. */
export async function readAccountCounters(
  dependencies: ReadCountersDependencies,
  adapter: PlatformAdapter,
  account: CountedAccount,
): Promise<Counters | null> {
  const read = () =>
    readCounters(dependencies, account, async (context) => (await adapter.readAccountMetrics?.(context)) ?? null)
  const { meters } = adapter
  if (!adapter.readAccountMetrics) return null
  if (!dependencies.payForCall || !meters?.usesOfAccountMetrics) return read()
  const uses = meters.usesOfAccountMetrics()
  return dependencies.payForCall({ ...account, reference: account.accountId, prices: meters.prices, uses }, read)
}
