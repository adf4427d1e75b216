import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createSocial, type Social } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createScriptedPlatform } from '@ofm-social/core/testing'
import { buildWorkflowBundle } from '@ofm-social/temporal/worker'
import { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { startTemporal } from '../faults/start-temporal.ts'
import { createWaitingRows } from './create-waiting-rows.ts'
import { compare, type Measurement, round } from './measurement.ts'
import { percentile } from './percentile.ts'
import type { PublishReport, PublishTask } from './publish-task.ts'
import { type Child, startChild } from './start-child.ts'

const bench = 'temporal'
const accountCount = 60
const steadyGapMs = 1_000 / 15
const steadyPosts = 300
const bursts = [60, 300]
const long = { posts: Number(process.argv[3] ?? 10_000), spreadMs: Number(process.argv[4] ?? 600_000) }
const waitingRows = 100_000
const idleMs = 20_000
const createAtOnce = 8
const createMsMax = 25
const leadMs = 8_000
const MEGABYTE = 1_000_000

/** One engine in a process of its own, on a database of its own. */
interface Rig {
  readonly social: Social
  readonly accounts: readonly string[]
  readonly child: Child
  readonly admin: pg.Pool
  readonly queuePrefix: string
  close(): Promise<void>
}

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
  const inProcess = await openRig(null)
  const baseline = await publishAll(inProcess)
  await inProcess.close()
  const rig = await openRig({ address, codePath })
  try {
    const idle = await report(rig)
    yield measured('worker, idle, resident', idle.rssBytes / MEGABYTE, 'MB')
    yield* compareAll(await publishAll(rig), baseline)
    yield* measureLong(rig)
    yield* measureHistory(rig, address)
    yield* measureWaiting(rig)
  } finally {
    await rig.close()
    await rm(folder, { recursive: true })
  }
}

const measured = (metric: string, value: number, unit: string): Measurement => ({
  bench,
  metric,
  value: round(value),
  unit,
})

async function openRig(temporal: { readonly address: string; readonly codePath: string } | null): Promise<Rig> {
  const database: PostgresTestDatabase = await createPostgresDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: createAtOnce })
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
  const secretKey = randomBytes(32).toString('base64')
  const { adapter } = createScriptedPlatform('synchronous', { now: Date.now, platform: 'scripted' })
  const social = createSocial({
    store: createPostgresStore({ pool }),
    adapters: [adapter],
    secretKey,
    engine: 'temporal',
  })
  await social.migrate()
  const accounts: string[] = []
  for (let index = 0; index < accountCount; index += 1) {
    const tokens = { accessToken: `account-${index}` }
    accounts.push((await social.accounts.add({ creator: `creator-${index}`, platform: 'scripted', tokens })).id)
  }
  const queuePrefix = `bench-${randomBytes(6).toString('hex')}`
  const child = startChild('publish-process.ts')
  const task: PublishTask = {
    ...{ databaseUrl: database.url, secretKey },
    temporal: temporal && { ...temporal, queuePrefix },
  }
  child.send(task)
  await child.next()
  return {
    ...{ social, accounts, child, admin, queuePrefix },
    async close() {
      await child.stop()
      await pool.end()
      await admin.end()
      await database.drop()
    },
  }
}

interface Lateness {
  readonly what: string
  readonly values: readonly number[]
  readonly perSecond: number | null
}

/** Warm, fifteen a second, and bursts at one instant. */
async function publishAll(rig: Rig): Promise<readonly Lateness[]> {
  await publish(rig, 'warm', 30, () => 0)
  const results: Lateness[] = []
  const steady = await publish(rig, 'steady', steadyPosts, (index) => index * steadyGapMs)
  results.push({ what: '15 a second', values: steady, perSecond: null })
  for (const count of bursts) {
    const values = await publish(rig, `burst ${count}`, count, () => 0)
    results.push({ what: `${count} at one instant`, values, perSecond: (count / Math.max(...values)) * 1_000 })
  }
  return results
}

function* compareAll(results: readonly Lateness[], baselines: readonly Lateness[]): Generator<Measurement> {
  for (const [index, { what, values, perSecond }] of results.entries()) {
    const base = baselines[index]
    if (!base) continue
    for (const share of [0.5, 0.99]) {
      const baseline = round(percentile(base.values, share))
      const value = round(percentile(values, share))
      yield compare({ bench, metric: `due to platform call, ${what}, p${share * 100}`, value, unit: 'ms', baseline })
    }
    if (perSecond !== null && base.perSecond !== null) {
      const value = round(perSecond)
      yield compare({
        bench,
        metric: `throughput, ${what}`,
        value,
        unit: 'publications/s',
        baseline: round(base.perSecond),
      })
    }
  }
}

async function* measureLong(rig: Rig): AsyncGenerator<Measurement> {
  const before = await report(rig)
  const values = await publish(rig, 'long', long.posts, (index) => (index * long.spreadMs) / long.posts)
  const after = await report(rig)
  const what = `${long.posts} over ${long.spreadMs / 60_000} minutes`
  yield measured(`${what}, p50`, percentile(values, 0.5), 'ms')
  yield measured(`${what}, p99`, percentile(values, 0.99), 'ms')
  yield measured(`${what}, called`, values.length, 'publications')
  yield measured(`${what}, worker CPU`, (after.cpuMs - before.cpuMs) / long.posts, 'ms per publication')
  yield measured(`${what}, worker, resident afterwards`, after.rssBytes / MEGABYTE, 'MB')
  const serverBytes = readServerRss()
  if (serverBytes !== null) yield measured(`${what}, dev server, resident`, serverBytes / MEGABYTE, 'MB')
}

async function* measureHistory(rig: Rig, address: string): AsyncGenerator<Measurement> {
  const connection = await Connection.connect({ address })
  const { workflow } = new Client({ connection })
  const { rows } = await rig.admin.query<{ id: string }>(
    `select publication_id as id from ofm.publication where state = 'published' order by publication_id desc limit 20`,
  )
  const lengths: number[] = []
  for (const { id } of rows)
    lengths.push((await workflow.getHandle(`${rig.queuePrefix}/pub/${id}/1`).describe()).historyLength)
  await connection.close()
  yield measured('history of a scheduled publication', percentile(lengths, 0.5), 'events')
}

/** What a minute costs while nothing is due, without and with a hundred thousand posts that wait for a month. */
async function* measureWaiting(rig: Rig): AsyncGenerator<Measurement> {
  const idle = await measureIdle(rig)
  await createWaitingRows(rig.admin, waitingRows)
  const waiting = await measureIdle(rig)
  const metric = `worker CPU while ${waitingRows} posts wait`
  yield compare({ bench, metric, value: round(waiting), unit: 'ms per second', baseline: round(idle) })
}

async function measureIdle(rig: Rig): Promise<number> {
  const before = await report(rig)
  await wait(idleMs)
  const after = await report(rig)
  return ((after.cpuMs - before.cpuMs) / idleMs) * 1_000
}

async function report({ child }: Rig): Promise<PublishReport> {
  child.send({})
  return child.next<PublishReport>()
}

/** Posts with times ahead, all of them created before the first is due. Answers how late each was. */
async function publish(rig: Rig, kind: string, count: number, offsetMs: (index: number) => number): Promise<number[]> {
  const firstAt = Date.now() + leadMs + count * createMsMax
  const due = new Map<string, number>()
  const create = async (index: number): Promise<void> => {
    const text = `${kind} ${index}`
    const at = Math.round(firstAt + offsetMs(index))
    due.set(text, at)
    const to = [rig.accounts[index % rig.accounts.length] ?? '']
    await rig.social.posts.create({ to, text, at: new Date(at) })
  }
  for (let index = 0; index < count; index += createAtOnce) {
    const batch = Array.from({ length: Math.min(createAtOnce, count - index) }, (_, offset) => index + offset)
    await Promise.all(batch.map(create))
  }
  const late: number[] = []
  const endAt = firstAt + offsetMs(count - 1) + 120_000
  while (late.length < count && Date.now() < endAt) {
    for (const [text, at] of (await report(rig)).calls) {
      const dueAt = due.get(text)
      if (dueAt !== undefined) late.push(at - dueAt)
    }
    await wait(200)
  }
  return late
}

/** Of the server that `.ci/temporal` started; null for another one. */
function readServerRss(): number | null {
  const file = join(tmpdir(), `ofm-test-temporal-${userInfo().uid}`, 'pid')
  if (!existsSync(file)) return null
  const status = `/proc/${readFileSync(file, 'utf8').trim()}/status`
  const kilobytes = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1] : undefined
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024
}
