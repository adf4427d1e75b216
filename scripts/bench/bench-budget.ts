import { loadavg } from 'node:os'
import type { ScenarioResult } from './budget-figures.ts'
import { measureBounds } from './budget-floor.ts'
import { budgetLoads, type Expected, type KnownBefore, mainLoad, pgliteLoads } from './budget-loads.ts'
import { type RunPlan, runPgliteScenario, runScenario } from './budget-scenario.ts'
import { type BenchPostgres, measureFlushMs, startDurablePostgres } from './durable-postgres.ts'
import { compare, judge, type Measurement, round } from './measurement.ts'

const [, , , seconds = '3', runs = '5', only = ''] = process.argv
const plan: RunPlan = { forMs: Number(seconds) * 1_000, runs: Number(runs) }

/** Floor and ceiling first, then loads between them; of these, those whose name holds `only`. */
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
  const bounds = await measureBounds(server, { rounds: 6 * plan.runs, forMs: plan.forMs / 2 })
  for (const { connections, perSecond } of bounds.floor) {
    yield toLine(`floor: UPDATE of one row, ${connections} connections`, perSecond, '1/s')
  }
  const floor = Math.max(...bounds.floor.map(({ perSecond }) => perSecond))
  const { fixedMs, eachMs } = bounds.ceiling
  yield toLine('fixed time of a batch, reserve and settle', fixedMs, 'ms')
  yield compare({
    ...toLine('ceiling: pairs of one caller, from the fit', 1_000 / eachMs, '1/s'),
    baseline: round(floor),
  })
  let known: KnownBefore = { flushMs, floor, onePerSecond: Number.NaN }
  for (const { metric, scenario, expect } of budgetLoads) {
    if (!metric.includes(only)) continue
    const result = await runScenario(server, scenario, plan)
    if (metric === mainLoad) known = { ...known, onePerSecond: result.pairsPerSecond }
    yield* describe(metric, result, expect(known))
  }
}

async function* measurePglite(): AsyncGenerator<Measurement> {
  let baseline = Number.NaN
  for (const { metric, scenario } of pgliteLoads) {
    if (!metric.includes(only)) continue
    const result = await runPgliteScenario(scenario, plan)
    if (Number.isNaN(baseline)) baseline = result.pairsPerSecond
    yield* describe(metric, result, { baseline })
  }
}

function* describe(metric: string, result: ScenarioResult, expected: Expected): Generator<Measurement> {
  yield* describeRates(metric, result, expected)
  const { p50MsMax, p99MsMax, failuresMax } = expected
  yield judgeMost(toLine(`${metric}: reserve p50`, result.p50Ms, 'ms'), p50MsMax)
  yield judgeMost(toLine(`${metric}: reserve p99`, result.p99Ms, 'ms'), p99MsMax)
  if (failuresMax !== undefined)
    yield judgeMost(toLine(`${metric}: turned away`, result.failures, 'pairs'), failuresMax)
  yield toLine(`${metric}: CPU of the client`, result.clientCpuMicros, 'µs each')
  yield* known(`${metric}: CPU of the server`, result.serverCpuMicros, 'µs each')
  yield* known(`${metric}: written ahead`, result.walBytes, 'bytes each')
  yield* known(`${metric}: on disk`, result.diskBytes, 'bytes each')
  yield* known(`${metric}: updates within a page`, result.hotShare, 'share')
  yield* known(`${metric}: load of others`, result.foreignCores, 'cores')
  if (result.discarded > 0) yield toLine(`${metric}: discarded for it`, result.discarded, 'runs')
}

function* describeRates(
  metric: string,
  { pairsPerSecond, refusalsPerSecond, firstPerSecond, lastPerSecond }: ScenarioResult,
  { baseline, pairsMin, refusalsMin }: Expected,
): Generator<Measurement> {
  const rate = (name: string, value: number) => compare({ ...toLine(name, value, '1/s'), baseline: round(baseline) })
  if (pairsPerSecond > 0) yield judgeLeast(rate(metric, pairsPerSecond), pairsMin)
  if (refusalsPerSecond > 0) yield judgeLeast(rate(`${metric}: refusals`, refusalsPerSecond), refusalsMin)
  if (plan.runs < 10) return
  yield rate(`${metric}: first run`, firstPerSecond)
  yield rate(`${metric}: last run`, lastPerSecond)
}

function judgeMost(line: Measurement, atMost: number | undefined): Measurement {
  return atMost === undefined ? line : judge(line, { atMost: round(atMost) })
}

function judgeLeast(line: Measurement, atLeast: number | undefined): Measurement {
  return atLeast === undefined || Number.isNaN(atLeast) ? line : judge(line, { atLeast: round(atLeast) })
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
