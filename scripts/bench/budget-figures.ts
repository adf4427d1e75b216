import type { LoadResult } from './budget-load.ts'
import { median } from './measurement.ts'

/** Medians of the runs. What cannot be known on this machine is null. */
export interface ScenarioResult {
  readonly pairsPerSecond: number
  readonly refusalsPerSecond: number
  /** All that was decided, in the first run and in the last: how it changes as the tables grow. */
  readonly firstPerSecond: number
  readonly lastPerSecond: number
  readonly failures: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly clientCpuMicros: number
  readonly serverCpuMicros: number | null
  /** Cores that others kept busy. */
  readonly foreignCores: number | null
  /** Runs that were left out, because others kept the machine busy. */
  readonly discarded: number
  readonly walBytes: number | null
  readonly diskBytes: number | null
  /** Of updates of periods, those that stayed on their page. */
  readonly hotShare: number | null
}

/** What grows with time. */
export interface Counters {
  readonly walBytes: number
  readonly diskBytes: number
  readonly machineMs: number | null
  readonly serverMs: number | null
}

/** What the clients did, and what it used. */
export interface Run {
  readonly results: readonly LoadResult[]
  readonly used: Counters | null
}

const foreignCoresMax = 0.15

/** Medians of the runs that had the machine to themselves; of all, where most had not. */
export function summarize(runs: readonly Run[]): Omit<ScenarioResult, 'hotShare'> {
  const all = runs.map(toFigures)
  const quiet = all.filter(({ foreignCores }) => foreignCores === null || foreignCores <= foreignCoresMax)
  const kept = quiet.length >= all.length / 2 ? quiet : all
  const of = (read: (figures: Figures) => number) => median(kept.map(read))
  const ofKnown = (read: (figures: Figures) => number | null) => {
    const known = kept.flatMap((figures) => read(figures) ?? [])
    return known.length > 0 ? median(known) : null
  }
  const decided = all.map(({ pairsPerSecond, refusalsPerSecond }) => pairsPerSecond + refusalsPerSecond)
  return {
    firstPerSecond: decided[0] ?? Number.NaN,
    lastPerSecond: decided.at(-1) ?? Number.NaN,
    pairsPerSecond: of(({ pairsPerSecond }) => pairsPerSecond),
    refusalsPerSecond: of(({ refusalsPerSecond }) => refusalsPerSecond),
    failures: Math.max(...kept.map(({ failures }) => failures)),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    clientCpuMicros: of(({ clientCpuMicros }) => clientCpuMicros),
    serverCpuMicros: ofKnown(({ serverCpuMicros }) => serverCpuMicros),
    foreignCores: ofKnown(({ foreignCores }) => foreignCores),
    discarded: all.length - kept.length,
    walBytes: ofKnown(({ walBytes }) => walBytes),
    diskBytes: ofKnown(({ diskBytes }) => diskBytes),
  }
}

type Figures = ReturnType<typeof toFigures>

/** Of one run: amounts by time, costs by operation. */
function toFigures({ results, used }: Run) {
  const sum = (read: (result: LoadResult) => number) => results.reduce((total, result) => total + read(result), 0)
  const tookMs = Math.max(...results.map((result) => result.tookMs))
  const [pairs, refusals] = [sum((result) => result.pairs), sum((result) => result.refusals)]
  const cpuMs = sum((result) => result.cpuMs)
  const each = (amount: number | null | undefined) => (amount == null ? null : amount / (pairs + refusals))
  const foreignMs = used?.machineMs == null || used.serverMs === null ? null : used.machineMs - used.serverMs - cpuMs
  return {
    pairsPerSecond: (pairs / tookMs) * 1_000,
    refusalsPerSecond: (refusals / tookMs) * 1_000,
    failures: sum((result) => result.failures),
    p50Ms: Math.max(...results.map((result) => result.p50Ms)),
    p99Ms: Math.max(...results.map((result) => result.p99Ms)),
    clientCpuMicros: (cpuMs / (pairs + refusals)) * 1_000,
    serverCpuMicros: each(used?.serverMs == null ? null : used.serverMs * 1_000),
    foreignCores: foreignMs === null ? null : foreignMs / tookMs,
    walBytes: each(used?.walBytes),
    diskBytes: each(used?.diskBytes),
  }
}
