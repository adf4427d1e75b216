import { createMoney, type Ledger, type TenantLedger } from '@ofm-social/budget'
import { percentile } from './percentile.ts'

/** What a load did. */
export interface LoadResult {
  readonly perSecond: number
  /** Of the reservations. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Load {
  readonly inFlight: number
  readonly forMs: number
  /** Paths that are taken in turn. */
  readonly budgets: readonly string[]
}

const amount = createMoney('USD', 10_000n)
const cost = createMoney('USD', 4_000n)

/** Three levels: every agency has four creators with two campaigns each. Returns the paths of the campaigns. */
export async function setBudgets(ledger: Ledger, agencies: number): Promise<readonly string[]> {
  const limit = createMoney('USD', 10n ** 17n)
  const paths: string[] = []
  for (let agency = 0; agency < agencies; agency += 1) {
    await ledger.setBudget(`a${agency}`, { limit, period: 'month' })
    for (let creator = 0; creator < 4; creator += 1) {
      await ledger.setBudget(`a${agency}/c${creator}`, { limit, period: 'month' })
      for (let campaign = 0; campaign < 2; campaign += 1) {
        const path = `a${agency}/c${creator}/k${campaign}`
        await ledger.setBudget(path, { limit, period: 'month' })
        paths.push(path)
      }
    }
  }
  return paths
}

/** Pairs of reserve and settle, so many at a time, in a closed loop. */
export async function runPairs(ledger: TenantLedger, { inFlight, forMs, budgets }: Load): Promise<LoadResult> {
  const latencies: number[] = []
  let turn = 0
  const startedAt = performance.now()
  const endsAt = startedAt + forMs
  const work = async () => {
    while (performance.now() < endsAt) {
      const budget = budgets[turn++ % budgets.length] ?? ''
      const askedAt = performance.now()
      const { id } = await ledger.reserve({ budget, amount })
      latencies.push(performance.now() - askedAt)
      await ledger.settle(id, cost)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  return toResult(latencies, performance.now() - startedAt)
}

/** Reservations that are all refused. */
export async function runRefusals(ledger: TenantLedger, { inFlight, forMs, budgets }: Load): Promise<LoadResult> {
  const latencies: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + forMs
  const work = async () => {
    while (performance.now() < endsAt) {
      const askedAt = performance.now()
      const refused = await ledger.reserve({ budget: budgets[0] ?? '', amount }).then(
        () => false,
        () => true,
      )
      if (!refused) throw new Error('A reservation was granted that should have been refused.')
      latencies.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  return toResult(latencies, performance.now() - startedAt)
}

function toResult(latencies: readonly number[], tookMs: number): LoadResult {
  return {
    perSecond: (latencies.length / tookMs) * 1_000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  }
}
