import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createSocial, isFinal, type PublicationState, type Social } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createScriptedPlatform } from '@ofm-social/core/testing'
import { createPostgresDatabase } from '@ofm-social/test-services'
import pg from 'pg'
import type { PublishReport, PublishTask } from './publish-task.ts'
import { type Child, startChild } from './start-child.ts'

const accountCount = 60
const createAtOnce = 8
/** The first posts of a rig take longer: of what they take, and of what later ones do, at least so much is allowed for. */
const createMsMin = 8
const leadMs = 6_000
/** What is not published this long after the last is due never will be. */
const patienceMs = 120_000
const settleMs = 10_000
/** As docs/operating/scaling.md starts a worker. */
const flags = ['--max-semi-space-size=8']

/** One engine in a process of its own, on a database of its own. */
export interface TemporalRig {
  readonly social: Social
  readonly accounts: readonly string[]
  readonly child: Child
  readonly admin: pg.Pool
  readonly queuePrefix: string
  /** How long the slowest of the last posts took to create. */
  createMs: number
  close(): Promise<void>
}

export async function openTemporalRig(temporal: Omit<NonNullable<PublishTask['temporal']>, 'queuePrefix'> | null) {
  const database = await createPostgresDatabase()
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
  const child = startChild('publish-process.ts', { flags })
  const task: PublishTask = {
    ...{ databaseUrl: database.url, secretKey },
    temporal: temporal && { ...temporal, queuePrefix },
  }
  child.send(task)
  await child.next()
  const rig: TemporalRig = {
    ...{ social, accounts, child, admin, queuePrefix, createMs: 50 },
    async close() {
      await child.stop()
      await pool.end()
      await admin.end()
      await database.drop()
    },
  }
  return rig
}

export async function report({ child }: TemporalRig): Promise<PublishReport> {
  child.send({})
  return child.next<PublishReport>()
}

/** What became of posts whose time has come. */
export interface Published {
  /** How late each was that reached the platform. */
  readonly lateMs: readonly number[]
  /** How many are in which state, once none moves any more. */
  readonly states: Readonly<Partial<Record<PublicationState, number>>>
}

/** Posts with times ahead, all of them created before the first is due. */
export async function publish(
  rig: TemporalRig,
  { kind, count, offsetMs }: { kind: string; count: number; offsetMs: (index: number) => number },
): Promise<Published> {
  const firstAt = Date.now() + leadMs + count * rig.createMs
  const due = new Map<string, number>()
  const ids: string[] = []
  const create = async (index: number): Promise<void> => {
    const text = `${kind} ${index}`
    const at = Math.round(firstAt + offsetMs(index))
    due.set(text, at)
    const to = [rig.accounts[index % rig.accounts.length] ?? '']
    const { publications } = await rig.social.posts.create({ to, text, at: new Date(at) })
    for (const { id } of publications) ids.push(id)
  }
  const begunAt = performance.now()
  for (let index = 0; index < count; index += createAtOnce) {
    const batch = Array.from({ length: Math.min(createAtOnce, count - index) }, (_, offset) => index + offset)
    await Promise.all(batch.map(create))
  }
  rig.createMs = Math.max(createMsMin, (2 * (performance.now() - begunAt)) / count)
  // As autovacuum does within a minute: before that the planner takes any index that begins with the agency.
  await rig.admin.query('analyze')
  const lateMs: number[] = []
  const endAt = firstAt + offsetMs(count - 1) + patienceMs
  while (lateMs.length < count && Date.now() < endAt) {
    for (const [text, at] of (await report(rig)).calls) {
      const dueAt = due.get(text)
      if (dueAt !== undefined) lateMs.push(at - dueAt)
    }
    await wait(200)
  }
  return { lateMs, states: await readStates(rig, ids) }
}

/** The last ones store their answer after the platform was called. */
async function readStates({ admin }: TemporalRig, ids: readonly string[]): Promise<Published['states']> {
  for (const endAt = Date.now() + settleMs; ; await wait(200)) {
    const { rows } = await admin.query<{ state: PublicationState; count: number }>(
      'select state, count(*)::int as count from ofm.publication where publication_id = any ($1) group by state',
      [ids],
    )
    if (rows.every(({ state }) => isFinal(state)) || Date.now() > endAt)
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
  }
}
