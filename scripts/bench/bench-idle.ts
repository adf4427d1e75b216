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
  const port = await findFreePort()
  const server = startChild('../../examples/server/src/main.ts', {
    preload: 'idle-report.ts',
    environment: toEnvironment({ port, databaseUrl: database.url, folder }),
  })
  const bare = startChild('idle-baseline.ts', { preload: 'idle-report.ts' })
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/readyz`)
    const [before, bareBefore] = [await readUsage(server), await readUsage(bare)]
    await wait(idleMs)
    yield* compareUsages(
      { before, after: await readUsage(server) },
      { before: bareBefore, after: await readUsage(bare) },
    )
  } finally {
    await Promise.all([server.stop(), bare.stop()])
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Span {
  readonly before: Usage
  readonly after: Usage
}

function* compareUsages(server: Span, bare: Span): Generator<Measurement> {
  const toMb = ({ after }: Span) => round(after.residentBytes / bytesPerMb)
  const toCpu = ({ before, after }: Span) => round((after.cpuMs - before.cpuMs) / 1_000)
  const seconds = idleMs / 1_000
  yield compare({ bench, metric: 'resident', value: toMb(server), unit: 'MB', baseline: toMb(bare) })
  yield compare({
    ...{ bench, metric: `processor time in ${seconds} s`, unit: 's' },
    ...{ value: toCpu(server), baseline: toCpu(bare) },
  })
  yield {
    ...{ bench, metric: 'queries while idle', unit: 'queries/s' },
    value: round((server.after.queries - server.before.queries) / seconds),
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
