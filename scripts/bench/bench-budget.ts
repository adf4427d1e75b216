import { loadavg } from 'node:os'
import type { ScenarioResult } from './budget-figures.ts'
import { measureBounds } from './budget-floor.ts'
import { type RunPlan, runPgliteScenario, runScenario, type Scenario } from './budget-scenario.ts'
import { type BenchPostgres, measureFlushMs, startDurablePostgres } from './durable-postgres.ts'
import { compare, judge, type Measurement, round } from './measurement.ts'

const [, , , seconds = '3', runs = '5'] = process.argv
const plan: RunPlan = { forMs: Number(seconds) * 1_000, runs: Number(runs) }
/** Pairs a second on one hot agency that the ledger should reach. */
const aim = 10_000

/** Floor and ceiling first, then loads between them. */
export async function* measure(): AsyncGenerator<Measurement> {
  const server = await startDurablePostgres()
  if (server === null) console.error('There is no PostgreSQL: only PGlite is measured.')
  else {
    // What does not wait for its disk is another benchmark.
    const bench = server.isDurable ? 'budget' : 'budget, fsync off'
    try {
      for await (const measurement of measureServer(server)) yield { ...measurement, bench }
    } finally {
      server.stop()
    }
  }
  yield* measurePglite()
}

async function* measureServer(server: BenchPostgres): AsyncGenerator<Measurement> {
  const flushMs = measureFlushMs()
  yield toLine('flush of the disk, p50', flushMs, 'ms')
  yield toLine('load average before', loadavg()[0] ?? 0, 'processes')
  const { floor, ceiling } = await measureBounds(server, { rounds: 6 * plan.runs, forMs: plan.forMs / 2 })
  for (const { connections, perSecond } of floor) {
    yield toLine(`floor: UPDATE of one row, ${connections} connections`, perSecond, '1/s')
  }
  const best = Math.max(...floor.map(({ perSecond }) => perSecond))
  yield toLine('fixed time of a batch, reserve and settle', ceiling.fixedMs, 'ms')
  yield compare({
    ...toLine('ceiling: pairs of one caller, from the fit', 1_000 / ceiling.eachMs, '1/s'),
    baseline: best,
  })
  const run = (scenario: Scenario) => runScenario(server, scenario, plan)
  yield* measureClosed(run, { best, flushMs })
  yield* measureOpen(run)
  yield* measureRefusals(run, best)
}

type RunOne = (scenario: Scenario) => Promise<ScenarioResult>

async function* measureClosed(
  run: RunOne,
  { best, flushMs }: { readonly best: number; readonly flushMs: number },
): AsyncGenerator<Measurement> {
  const hot = (inFlight: number, more: Partial<Scenario> = {}) => run({ arrival: { inFlight }, ...more })
  yield* describe('one hot agency, 1 in flight', await hot(1), { baseline: best, p50MsMax: flushMs + 0.8 })
  yield* describe('one hot agency, 64 in flight', await hot(64), { baseline: best, pairsMin: 6_000, p99MsMax: 12 })
  const one = await hot(256)
  yield* describe('one hot agency, 256 in flight', one, { baseline: best, pairsMin: aim, p99MsMax: 30 })
  yield* describe('one hot agency, 1,024 in flight', await hot(1_024), { baseline: best })
  yield* describe('100 agencies, 256 in flight', await hot(256, { agencies: 100 }), { baseline: best })
  yield* describe('one hot agency, 4 processes with 64 in flight each', await hot(64, { processes: 4 }), {
    baseline: one.pairsPerSecond,
    pairsMin: 0.9 * one.pairsPerSecond,
  })
}

/** Latencies are those that a caller sees who does not wait for the others. */
async function* measureOpen(run: RunOne): AsyncGenerator<Measurement> {
  for (const { perSecond, p99MsMax } of [
    { perSecond: 6_000, p99MsMax: 12 },
    { perSecond: aim, p99MsMax: 30 },
  ]) {
    const metric = `one hot agency, ${perSecond.toLocaleString('en')} arrive in a second`
    const result = await run({ arrival: { perSecond } })
    yield* describe(metric, result, { baseline: perSecond, p99MsMax })
    yield judge(toLine(`${metric}: turned away`, result.failures, 'pairs'), { atMost: 0 })
  }
}

async function* measureRefusals(run: RunOne, best: number): AsyncGenerator<Measurement> {
  for (const refusedPercent of [50, 95, 100]) {
    const metric = `${refusedPercent} % refused, 256 in flight`
    const result = await run({ arrival: { inFlight: 256 }, refusedPercent })
    const refusals = compare({
      ...toLine(`${metric}: refusals`, result.refusalsPerSecond, '1/s'),
      baseline: round(best),
    })
    yield refusedPercent === 100 ? judge(refusals, { atLeast: aim }) : refusals
    yield* describe(metric, result, { baseline: best })
  }
}

async function* measurePglite(): AsyncGenerator<Measurement> {
  const single = await runPgliteScenario({ arrival: { inFlight: 1 } }, plan)
  const baseline = single.pairsPerSecond
  yield* describe('PGlite, 1 in flight', single, { baseline })
  yield* describe('PGlite, 64 in flight', await runPgliteScenario({ arrival: { inFlight: 64 } }, plan), { baseline })
}

interface Expected {
  readonly baseline: number
  readonly pairsMin?: number
  readonly p50MsMax?: number
  readonly p99MsMax?: number
}

function* describe(metric: string, result: ScenarioResult, expected: Expected): Generator<Measurement> {
  const { pairsMin, p50MsMax, p99MsMax } = expected
  const rate = compare({ ...toLine(metric, result.pairsPerSecond, '1/s'), baseline: round(expected.baseline) })
  if (pairsMin !== undefined) yield judge(rate, { atLeast: round(pairsMin) })
  else if (result.pairsPerSecond > 0) yield rate
  const p50 = toLine(`${metric}: reserve p50`, result.p50Ms, 'ms')
  yield p50MsMax === undefined ? p50 : judge(p50, { atMost: round(p50MsMax) })
  const p99 = toLine(`${metric}: reserve p99`, result.p99Ms, 'ms')
  yield p99MsMax === undefined ? p99 : judge(p99, { atMost: p99MsMax })
  yield toLine(`${metric}: CPU of the client`, result.clientCpuMicros, 'µs each')
  yield* known(`${metric}: CPU of the server`, result.serverCpuMicros, 'µs each')
  yield* known(`${metric}: written ahead`, result.walBytes, 'bytes each')
  yield* known(`${metric}: on disk`, result.diskBytes, 'bytes each')
  yield* known(`${metric}: updates within a page`, result.hotShare, 'share')
  yield* known(`${metric}: load of others`, result.foreignCores, 'cores')
  if (result.discarded > 0) yield toLine(`${metric}: discarded for it`, result.discarded, 'runs')
}

function* known(metric: string, value: number | null, unit: string): Generator<Measurement> {
  if (value !== null) yield toLine(metric, value, unit)
}

const toLine = (metric: string, value: number, unit: string): Measurement => ({
  bench: 'budget',
  metric,
  value: round(value),
  unit,
})
