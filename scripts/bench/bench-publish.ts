import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createSocial, type Social } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createScriptedPlatform } from '@ofm-social/core/testing'
import { type BareTransactions, createBareTransactions } from './bare-transactions.ts'
import { compare, type Measurement, round } from './measurement.ts'
import { type BenchDatabase, openBenchDatabase } from './open-bench-database.ts'
import { percentile } from './percentile.ts'

const bench = 'publish'
const accountCount = 30
const posts = { latency: 200, throughput: 300 } as const
/** About fifteen posts a second: far below what the runner can do, so that waiting for a turn is not measured. */
const gapMs = 60
const leadMs = 3_000
const createMsMax = 40
const warmUpPosts = 30

interface Rig {
  readonly social: Social
  /** Another `social` on the same database that runs nothing: what another process would be. */
  readonly elsewhere: Social
  readonly accounts: readonly string[]
  /** By text: when the platform was called. */
  readonly calledAt: ReadonlyMap<string, number>
}

/** How long a due post waits for its platform call, and how many go out in a second; next to bare transactions on the same database. */
export async function* measure(): AsyncGenerator<Measurement> {
  const database = await openBenchDatabase()
  try {
    const rig = await openRig(database)
    const bare = await createBareTransactions(database)
    rig.social.start()
    await publishNow(rig, rig.social, warmUpPosts)
    const bareMs = await bare.timeEach(posts.latency)
    const toLatencies = (how: string, values: readonly number[]) => compareLatencies(database, how, values, bareMs)
    yield* toLatencies('scheduled', await publishScheduled(rig))
    yield* toLatencies('created now', await publishNow(rig, rig.social, posts.latency))
    yield* toLatencies('created by another process', await publishNow(rig, rig.elsewhere, posts.latency))
    yield* compareThroughput(database, rig, bare)
    await rig.social.stop()
  } finally {
    await database.close()
  }
}

function* compareLatencies(
  { kind }: BenchDatabase,
  how: string,
  values: readonly number[],
  bareMs: readonly number[],
): Generator<Measurement> {
  for (const share of [0.5, 0.99]) {
    const metric = `due to platform call, ${how}, p${share * 100}, ${kind}`
    const baseline = round(percentile(bareMs, share))
    yield compare({ bench, metric, value: round(percentile(values, share)), unit: 'ms', baseline })
  }
}

async function* compareThroughput(
  { kind }: BenchDatabase,
  rig: Rig,
  bare: BareTransactions,
): AsyncGenerator<Measurement> {
  const before = await bare.ratePerSecond(posts.throughput)
  const value = await publishAtOnce(rig)
  const after = await bare.ratePerSecond(posts.throughput)
  const metric = `throughput, ${posts.throughput} due at one instant on ${accountCount} accounts, ${kind}`
  yield compare({ bench, metric, value: round(value), unit: 'publications/s', baseline: round((before + after) / 2) })
}

async function openRig({ source }: BenchDatabase): Promise<Rig> {
  const platform = createScriptedPlatform('synchronous', { now: Date.now, platform: 'scripted' })
  const calledAt = new Map<string, number>()
  // Reading a baseline walks the stand-in's growing list: its cost, not ours.
  const { readBaseline: _, ...scripted } = platform.adapter
  const adapter: typeof scripted = {
    ...scripted,
    publish(part, context) {
      calledAt.set(part.text, Date.now())
      return scripted.publish(part, context)
    },
  }
  const secretKey = randomBytes(32).toString('base64')
  const open = (): Social => createSocial({ store: createPostgresStore(source), adapters: [adapter], secretKey })
  const social = open()
  await social.migrate()
  const accounts: string[] = []
  for (let index = 0; index < accountCount; index += 1) {
    const tokens = { accessToken: `account-${index}` }
    accounts.push((await social.accounts.add({ creator: `creator-${index}`, platform: 'scripted', tokens })).id)
  }
  return { social, elsewhere: open(), accounts, calledAt }
}

/** Posts with times ahead, one after the other. */
async function publishScheduled(rig: Rig): Promise<number[]> {
  const { due } = await createAhead(rig, 'scheduled', { count: posts.latency, apartMs: gapMs })
  return waitForCalls(rig, due)
}

interface Ahead {
  /** By text. */
  readonly due: ReadonlyMap<string, number>
  readonly ids: readonly string[]
}

/** All are created before the first is due, so that only publishing runs when it is measured. */
async function createAhead(
  rig: Rig,
  kind: string,
  { count, apartMs }: { readonly count: number; readonly apartMs: number },
): Promise<Ahead> {
  for (let createMs = createMsMax; ; createMs *= 2) {
    const texts = nameTexts(kind, count)
    const firstAt = Date.now() + leadMs + count * createMs
    const due = new Map(texts.map((text, index) => [text, firstAt + index * apartMs]))
    const ids: string[] = []
    for (const [index, text] of texts.entries()) {
      const at = new Date(firstAt + index * apartMs)
      const post = await rig.social.posts.create({ to: [pickAccount(rig, index)], text, at })
      ids.push(...post.publications.map(({ id }) => id))
    }
    if (Date.now() < firstAt) return { due, ids }
    // A slower machine: these go out uncounted, and others get more time.
    await waitForCalls(rig, due)
  }
}

/** Posts without a time, created while the runner runs. */
async function publishNow(rig: Rig, creating: Social, count: number): Promise<number[]> {
  const due = new Map<string, number>()
  for (const [index, text] of nameTexts('now', count).entries()) {
    const post = await creating.posts.create({ to: [pickAccount(rig, index)], text })
    due.set(text, post.at.getTime())
    // Uneven, so that it does not fall into step with polling.
    await wait(gapMs + (index % 7) * 13)
  }
  return waitForCalls(rig, due)
}

/** Publications per second from the instant at which all are due to the last call. */
async function publishAtOnce(rig: Rig): Promise<number> {
  const { due, ids } = await createAhead(rig, 'at once', { count: posts.throughput, apartMs: 0 })
  const waitedMs = await waitForCalls(rig, due)
  for (const id of ids) await waitUntil(async () => (await rig.social.publications.get(id)).state === 'published', id)
  return (due.size / Math.max(...waitedMs)) * 1_000
}

/** Waits for all calls and returns how long after its due time each came. */
async function waitForCalls({ calledAt }: Rig, due: ReadonlyMap<string, number>): Promise<number[]> {
  const texts = [...due.keys()]
  await waitUntil(async () => texts.every((text) => calledAt.has(text)), texts[0] ?? 'nothing')
  return texts.map((text) => (calledAt.get(text) ?? Number.NaN) - (due.get(text) ?? Number.NaN))
}

async function waitUntil(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  const endAt = performance.now() + 120_000
  while (!(await isTrue())) {
    if (performance.now() > endAt) throw new Error(`${what} was not published within two minutes.`)
    await wait(20)
  }
}

function pickAccount({ accounts }: Rig, index: number): string {
  return accounts[index % accounts.length] ?? ''
}

let named = 0

/** Each text once in a run: two posts alike on one account would wait for each other. */
function nameTexts(kind: string, count: number): string[] {
  return Array.from({ length: count }, () => `${kind} ${++named}`)
}
