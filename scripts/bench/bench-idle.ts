import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { findFreePort } from './find-free-port.ts'
import type { Usage } from './idle-report.ts'
import { compare, type Measurement, round } from './measurement.ts'
import { type Child, startChild } from './start-child.ts'

const bench = 'idle'
const idleMs = 30_000
const bytesPerMb = 1_000_000

/** What the server costs while nothing happens, next to a process that has only loaded express and pg. */
export async function* measure(): AsyncGenerator<Measurement> {
  if (!postgresAdminUrl) throw new Error('Set OFM_TEST_POSTGRES_URL, or run `source <(.ci/postgres start)` first.')
  const folder = await mkdtemp(join(tmpdir(), 'ofm-bench-idle-'))
  const database = await createPostgresDatabase()
  const cache = { NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const port = await findFreePort()
  const environment = { ...toEnvironment({ port, databaseUrl: database.url, folder }), ...cache }
  const start = (): Pair => ({
    server: startChild('../start.mjs', { preload: 'idle-report.ts', environment }),
    bare: startChild('idle-baseline.ts', { preload: 'idle-report.ts', environment: cache }),
  })
  const run = async <Result>(use: (pair: Pair) => Promise<Result>): Promise<Result> => {
    const pair = start()
    try {
      await waitUntilReady(`http://127.0.0.1:${port}/readyz`)
      return await use(pair)
    } finally {
      await Promise.all([pair.server.stop(), pair.bare.stop()])
    }
  }
  try {
    // As `npm start` from the second time on: the first compiles, and keeps what it compiled.
    await run(readBoth)
    yield* await run(async (pair) => {
      const before = await readBoth(pair)
      await wait(idleMs)
      return compareUsages(before, await readBoth(pair))
    })
  } finally {
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Pair {
  readonly server: Child
  readonly bare: Child
}

async function readBoth({ server, bare }: Pair): Promise<Usages> {
  return { server: await readUsage(server), bare: await readUsage(bare) }
}

interface Usages {
  readonly server: Usage
  readonly bare: Usage
}

function* compareUsages(before: Usages, after: Usages): Generator<Measurement> {
  const toMb = ({ residentBytes }: Usage) => round(residentBytes / bytesPerMb)
  const toCpu = (of: 'server' | 'bare') => round((after[of].cpuMs - before[of].cpuMs) / 1_000)
  const seconds = idleMs / 1_000
  yield compare({ bench, metric: 'resident', value: toMb(after.server), unit: 'MB', baseline: toMb(after.bare) })
  yield compare({
    ...{ bench, metric: `processor time in ${seconds} s`, unit: 's' },
    ...{ value: toCpu('server'), baseline: toCpu('bare') },
  })
  yield {
    ...{ bench, metric: 'queries while idle', unit: 'queries/s' },
    value: round((after.server.queries - before.server.queries) / seconds),
  }
}

/** As in production, with an app of X; nothing is sent to it while nothing happens. */
function toEnvironment(of: { port: number; databaseUrl: string; folder: string }): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PORT: String(of.port),
    DATABASE_URL: of.databaseUrl,
    OFM_DATA_DIR: of.folder,
    OFM_KEY: randomBytes(32).toString('base64'),
    OFM_DRAIN_MS: '0',
    X_CLIENT_ID: 'bench-client',
    X_BASE_URL: 'http://127.0.0.1:9',
  }
}

async function readUsage(child: Child): Promise<Usage> {
  child.send({ ask: 'usage' })
  return child.next<Usage>()
}

async function waitUntilReady(url: string): Promise<void> {
  const endAt = performance.now() + 60_000
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    if (performance.now() > endAt) throw new Error(`${url} was not ready within a minute.`)
    await wait(200)
  }
}
