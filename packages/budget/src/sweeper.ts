import { isBudgetError } from './budget-error.ts'
import type { LedgerHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { LedgerStore } from './ledger-store.ts'

/** Ends what has expired, so that what a dead process reserved does not stay until somebody is refused. */
export interface Sweeper {
  /** Of one tenant. Returns how many. */
  sweep(tenant: string): Promise<number>
  sweepAll(): Promise<number>
  /** The ledger is used: sweeps behind the caller, unless that was done within the last minute. */
  noteUse(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

const sweepMax = 500
const everyMs = 60_000

export function createSweeper(
  store: Pick<LedgerStore, 'sweep' | 'listDueTenants'>,
  { now }: Pick<LedgerHost, 'now'>,
  onProblem: (problem: LedgerProblem) => void,
): Sweeper {
  let sweptAt = Number.NEGATIVE_INFINITY
  let underWay = Promise.resolve()
  let closed = false
  const sweep = async (tenant: string) => {
    let expired = 0
    for (let ended = sweepMax; ended === sweepMax; expired += ended) ended = await store.sweep(tenant, sweepMax)
    return expired
  }
  const sweepAll = async () => {
    let expired = 0
    for (const tenant of await store.listDueTenants()) expired += await sweep(tenant)
    return expired
  }
  const sweepQuietly = async () => {
    try {
      await sweepAll()
    } catch (cause) {
      // A store that is away or not migrated is told by the call itself.
      if (isBudgetError(cause)) return
      const message = `What has expired could not be ended. ${cause instanceof Error ? cause.message : ''}`
      onProblem({ code: 'sweep_failed', tenant: null, reservation: null, message, cause })
    }
  }
  return {
    sweep,
    sweepAll,
    noteUse() {
      // This clock may jump in both directions; what has expired is decided by the store's.
      if (closed || Math.abs(now() - sweptAt) < everyMs) return
      sweptAt = now()
      underWay = underWay.then(sweepQuietly)
    },
    close() {
      closed = true
      return underWay
    },
  }
}
