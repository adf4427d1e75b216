import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { buildWorkflowBundle } from '@ofm-social/temporal/worker'
import { postgresAdminUrl } from '@ofm-social/test-services'
import { Client, Connection } from '@temporalio/client'
import { startTemporal } from '../faults/start-temporal.ts'
import { createWaitingRows } from './create-waiting-rows.ts'
import { measureIdleSteps } from './idle-steps.ts'
import { compare, type Measurement, round } from './measurement.ts'
import { percentile } from './percentile.ts'
import { openTemporalRig, type Published, publish, report, type TemporalRig } from './temporal-rig.ts'

const bench = 'temporal'
const steadyGapMs = 1_000 / 15
const steadyPosts = 300
const bursts = [60, 300]
const long = { posts: Number(process.argv[3] ?? 10_000), spreadMs: Number(process.argv[4] ?? 600_000) }
/** A call within this of the due time is on time. */
const onTimeMs = 1_000
const waitingRows = 100_000
/** After this long V8 has given back what starting took. */
const idleMs = 20_000
const megabyte = 1_000_000

/**
 * Lateness from due to the platform's call, throughput, memory and history of Temporal's workers, next to the in-process runner in the same run. Numbers of
 * the server are the dev server's: one process, SQLite in memory.
 */
export async function* measure(): AsyncGenerator<Measurement> {
  if (!postgresAdminUrl) throw new Error('bench temporal needs a PostgreSQL: source <(.ci/postgres start)')
  const address = startTemporal()
  const folder = await mkdtemp(join(tmpdir(), 'ofm-bench-'))
  const codePath = join(folder, 'workflows.cjs')
  await writeFile(codePath, (await buildWorkflowBundle()).code)
  const inProcess = await openTemporalRig(null)
  const baselines = await publishAll(inProcess).finally(() => inProcess.close())
  const rig = await openTemporalRig({ address, codePath })
  try {
    await wait(idleMs)
    yield toMeasurement('worker, idle, resident', (await report(rig)).rssBytes / megabyte, 'MB')
    yield* compareAll(await publishAll(rig), baselines)
    yield* measureFloor({ address, codePath })
    yield* measureServer()
    yield* measureHistory(rig, address)
    yield* measureWaiting(rig)
  } finally {
    await rig.close()
    await rm(folder, { recursive: true })
  }
}

const toMeasurement = (metric: string, value: number, unit: string): Measurement => ({
  ...{ bench, metric, unit },
  value: round(value),
})

/** Publications of one kind on one engine. */
interface Load extends Published {
  readonly what: string
  readonly count: number
  readonly atOneInstant: boolean
  readonly cpuMs: number
  /** Afterwards. */
  readonly rssBytes: number
}

/** Warm, fifteen a second, bursts at one instant, and many over a long time. */
async function publishAll(rig: TemporalRig): Promise<readonly Load[]> {
  await publish(rig, { kind: 'warm', count: 30, offsetMs: () => 0 })
  const loads = [await publishLoad(rig, { what: '15 a second', count: steadyPosts, gapMs: steadyGapMs })]
  for (const count of bursts) loads.push(await publishLoad(rig, { what: `${count} at one instant`, count, gapMs: 0 }))
  const { posts, spreadMs } = long
  const what = `${posts} over ${spreadMs / 1_000} s`
  loads.push(await publishLoad(rig, { what, count: posts, gapMs: spreadMs / posts }))
  return loads
}

async function publishLoad(
  rig: TemporalRig,
  { what, count, gapMs }: { what: string; count: number; gapMs: number },
): Promise<Load> {
  const before = await report(rig)
  const published = await publish(rig, { kind: what, count, offsetMs: (index) => index * gapMs })
  const { cpuMs, rssBytes } = await report(rig)
  return { ...published, what, count, atOneInstant: gapMs === 0, cpuMs: cpuMs - before.cpuMs, rssBytes }
}

function* compareAll(loads: readonly Load[], baselines: readonly Load[]): Generator<Measurement> {
  for (const [index, load] of loads.entries()) {
    const base = baselines[index]
    if (base) yield* compareLoads(load, base)
  }
}

function* compareLoads(load: Load, base: Load): Generator<Measurement> {
  const { what, atOneInstant } = load
  const by = (metric: string, unit: string, read: (of: Load) => number) =>
    compare({ bench, metric, unit, value: round(read(load)), baseline: round(read(base)) })
  for (const share of [0.5, 0.99])
    yield by(`due to platform call, ${what}, p${share * 100}`, 'ms', ({ lateMs }) => percentile(lateMs, share))
  const late = ({ lateMs }: Load) => lateMs.filter((ms) => ms > onTimeMs).length
  yield by(`published, ${what}`, 'publications', ({ states }) => states.published ?? 0)
  yield by(`of these more than ${onTimeMs / 1_000} s after they were due, ${what}`, 'publications', late)
  yield by(`missed, with the reason, ${what}`, 'publications', ({ states }) => states.missed ?? 0)
  yield by(`neither, ${what}`, 'publications', countNeither)
  if (atOneInstant) {
    const perSecond = ({ count, lateMs }: Load) => (count / Math.max(...lateMs)) * 1_000
    yield by(`throughput, ${what}`, 'publications/s', perSecond)
  } else yield by(`worker CPU, ${what}`, 'ms per publication', ({ cpuMs, count }) => cpuMs / count)
  yield by(`worker, resident after ${what}`, 'MB', ({ rssBytes }) => rssBytes / megabyte)
}

const countNeither = ({ count, states: { published = 0, missed = 0 } }: Load): number => count - published - missed

/** What is left of a burst when a step does nothing at all: the limit of the machine, of Temporal and of its SDK. */
async function* measureFloor(temporal: { readonly address: string; readonly codePath: string }) {
  const count = Math.max(...bursts)
  const { perSecond, cpuMs } = await measureIdleSteps(temporal, count)
  yield toMeasurement(`throughput, ${count} at one instant, steps that do nothing`, perSecond, 'publications/s')
  yield toMeasurement(`worker CPU, ${count} at one instant, steps that do nothing`, cpuMs, 'ms per publication')
}

/** The dev server that `.ci/temporal` started; of another one nothing is known. */
function* measureServer(): Generator<Measurement> {
  const file = join(tmpdir(), `ofm-test-temporal-${userInfo().uid}`, 'pid')
  if (!existsSync(file)) return
  const status = `/proc/${readFileSync(file, 'utf8').trim()}/status`
  const kilobytes = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined
  if (kilobytes) yield toMeasurement('dev server, resident afterwards', (Number(kilobytes) * 1_024) / megabyte, 'MB')
}

async function* measureHistory(rig: TemporalRig, address: string): AsyncGenerator<Measurement> {
  const connection = await Connection.connect({ address })
  const { workflow } = new Client({ connection })
  const { rows } = await rig.admin.query<{ id: string }>(
    `select publication_id as id from ofm.publication where state = 'published' order by publication_id desc limit 100`,
  )
  const lengths: number[] = []
  let signals = 0
  for (const { id } of rows) {
    const { events } = await workflow.getHandle(`${rig.queuePrefix}/pub/${id}/1`).fetchHistory()
    lengths.push(events?.length ?? 0)
    signals += events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length ?? 0
  }
  await connection.close()
  yield toMeasurement('history of a scheduled publication', percentile(lengths, 0.5), 'events')
  yield toMeasurement('signals', (signals / rows.length) * 100, 'per 100 publications')
}

/** What a minute costs while nothing is due, without and with a hundred thousand posts that wait for a month. */
async function* measureWaiting(rig: TemporalRig): AsyncGenerator<Measurement> {
  const idle = await measureIdle(rig)
  await createWaitingRows(rig.admin, waitingRows)
  const waiting = await measureIdle(rig)
  const metric = `worker CPU while ${waitingRows} posts wait`
  yield compare({ bench, metric, value: round(waiting), unit: 'ms per second', baseline: round(idle) })
}

async function measureIdle(rig: TemporalRig): Promise<number> {
  const before = await report(rig)
  await wait(idleMs)
  const after = await report(rig)
  return ((after.cpuMs - before.cpuMs) / idleMs) * 1_000
}
