import { createMoney, isBudgetError, type Ledger, type TenantLedger } from '@ofm-social/budget'
import { percentile } from './percentile.ts'

/** What a load did. A pair is a reservation and its settlement. */
export interface LoadResult {
  readonly pairs: number
  readonly refusals: number
  /** Neither: the ledger had too much to do. */
  readonly failures: number
  readonly tookMs: number
  /** From when it should have begun to the answer of the reservation. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of this process. */
  readonly cpuMs: number
}

/** Closed: the next begins when one has ended. Open: they come at their times, whether the ones before have ended or not. */
export interface Load {
  readonly arrival: { readonly inFlight: number } | { readonly perSecond: number }
  readonly forMs: number
  /** Paths that are taken in turn. */
  readonly budgets: readonly string[]
  /** Of a hundred reservations so many ask a budget that has nothing. */
  readonly refusedPercent: number
}

export const emptyBudget = 'a0/empty'
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
  await ledger.setBudget(emptyBudget, { limit: createMoney('USD', 0n), period: 'month' })
  return paths
}

/** Reserves and settles as the load says, until its time is over and everything has ended. */
export async function runLoad(ledger: TenantLedger, load: Load): Promise<LoadResult> {
  const tally = { pairs: 0, refusals: 0, failures: 0, latencies: [] as number[] }
  let turn = 0
  const runOne = async (plannedAt: number) => {
    const place = turn++
    const isRefused = (place * 37) % 100 < load.refusedPercent
    const budget = isRefused ? emptyBudget : (load.budgets[place % load.budgets.length] ?? '')
    try {
      const { id } = await ledger.reserve({ budget, amount })
      tally.latencies.push(performance.now() - plannedAt)
      await ledger.settle(id, cost)
      tally.pairs += 1
    } catch (error) {
      if (!isBudgetError(error)) throw error
      if (error.code === 'exceeded' && isRefused) {
        tally.latencies.push(performance.now() - plannedAt)
        tally.refusals += 1
      } else tally.failures += 1
    }
  }
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  if ('inFlight' in load.arrival) await runClosed(load.arrival.inFlight, startedAt + load.forMs, runOne)
  else await runOpen(load.arrival.perSecond, load.forMs, runOne)
  const { user, system } = process.cpuUsage(cpuBefore)
  const { latencies, ...counts } = tally
  return {
    ...counts,
    tookMs: performance.now() - startedAt,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMs: (user + system) / 1_000,
  }
}

type RunOne = (plannedAt: number) => Promise<void>

async function runClosed(inFlight: number, endsAt: number, runOne: RunOne): Promise<void> {
  const work = async () => {
    while (performance.now() < endsAt) await runOne(performance.now())
  }
  await Promise.all(Array.from({ length: inFlight }, work))
}

async function runOpen(perSecond: number, forMs: number, runOne: RunOne): Promise<void> {
  const startedAt = performance.now()
  const running: Promise<void>[] = []
  const total = Math.floor((perSecond * forMs) / 1_000)
  while (running.length < total) {
    for (let dueAt = startedAt; running.length < total; ) {
      dueAt = startedAt + (running.length * 1_000) / perSecond
      if (dueAt > performance.now()) break
      running.push(runOne(dueAt))
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(running)
}
