import { createLedger, type LedgerCheck } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createPostgresDatabase } from '@ofm-social/test-services'
import pg from 'pg'
import type { ClientTask } from './budget-client.ts'
import { type Counters, type Run, type ScenarioResult, summarize } from './budget-figures.ts'
import type { Load, LoadResult } from './budget-load.ts'
import { readCpuTime } from './cpu-time.ts'
import type { BenchPostgres } from './durable-postgres.ts'
import { type Child, startChild } from './start-child.ts'

export interface Scenario {
  readonly arrival: Load['arrival']
  readonly agencies?: number
  readonly processes?: number
  readonly refusedPercent?: number
}

export interface RunPlan {
  readonly runs: number
  readonly forMs: number
}

const warmUpMs = 1_500

/** On a database of its own, so that each scenario begins alike. The books are checked at the end. */
export async function runScenario(server: BenchPostgres, scenario: Scenario, plan: RunPlan): Promise<ScenarioResult> {
  const database = await createPostgresDatabase(server.superuserUrl)
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
  try {
    await migrate(database.url)
    const runs = await runClients({ BENCH_DATABASE_URL: database.url }, scenario, plan, () =>
      readCounters(admin, server),
    )
    return { ...summarize(runs), hotShare: await readHotShare(admin) }
  } finally {
    await admin.end()
    await database.drop()
  }
}

/** The same in PGlite: one process with the database in it. */
export async function runPgliteScenario(scenario: Scenario, plan: RunPlan): Promise<ScenarioResult> {
  const runs = await runClients({}, scenario, plan, async () => null)
  return { ...summarize(runs), hotShare: null }
}

async function migrate(connectionString: string): Promise<void> {
  const pool = new pg.Pool({ connectionString, max: 1 })
  await createLedger({ store: createPostgresLedgerStore({ pool }) }).migrate()
  await pool.end()
}

async function runClients(
  environment: Readonly<Record<string, string>>,
  { arrival, agencies = 1, processes = 1, refusedPercent = 0 }: Scenario,
  { runs, forMs }: RunPlan,
  read: () => Promise<Counters | null>,
): Promise<readonly Run[]> {
  const start = (more: Readonly<Record<string, string>>) =>
    startChild('budget-client.ts', { environment: { ...environment, ...more } })
  const clients = [start({ BENCH_AGENCIES: `${agencies}` })]
  const [first] = clients as [Child]
  try {
    const budgets = await first.next<readonly string[]>()
    for (let more = 1; more < processes; more += 1) clients.push(start({}))
    await Promise.all(clients.slice(1).map((client) => client.next()))
    const load = { arrival, budgets, refusedPercent }
    const askAll = <Answer>(task: ClientTask) =>
      Promise.all(
        clients.map((client) => {
          client.send(task)
          return client.next<Answer>()
        }),
      )
    await askAll({ load: { ...load, forMs: Math.min(forMs, warmUpMs) } })
    const done: Run[] = []
    for (let run = 0; run < runs; run += 1) {
      const before = await read()
      const results = await askAll<LoadResult>({ load: { ...load, forMs } })
      done.push({ results, used: subtract(await read(), before) })
    }
    first.send({ load: null } satisfies ClientTask)
    assertBooks(await first.next<LedgerCheck>())
    return done
  } finally {
    await Promise.all(clients.map((client) => client.stop()))
  }
}

function assertBooks({ ok, findings }: LedgerCheck): void {
  if (!ok) throw new Error(`The books do not hold: ${JSON.stringify(findings.slice(0, 5))}`)
}

async function readCounters(admin: pg.Pool, { pid }: BenchPostgres): Promise<Counters> {
  const { rows } = await admin.query<{ wal: string; disk: string }>(
    "select pg_current_wal_lsn() - '0/0'::pg_lsn as wal, pg_database_size(current_database()) as disk",
  )
  const cpu = pid === null ? null : readCpuTime(pid)
  return {
    walBytes: Number(rows[0]?.wal),
    diskBytes: Number(rows[0]?.disk),
    machineMs: cpu?.machineMs ?? null,
    serverMs: cpu?.serverMs ?? null,
  }
}

function subtract(after: Counters | null, before: Counters | null): Counters | null {
  if (!after || !before) return null
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b)
  return {
    walBytes: after.walBytes - before.walBytes,
    diskBytes: after.diskBytes - before.diskBytes,
    machineMs: minus(after.machineMs, before.machineMs),
    serverMs: minus(after.serverMs, before.serverMs),
  }
}

/** Sessions report what they did when they end, so this is asked after the clients. */
async function readHotShare(admin: pg.Pool): Promise<number | null> {
  const { rows } = await admin.query<{ share: number | null }>(
    `select n_tup_hot_upd::float8 / nullif(n_tup_upd, 0) as share from pg_stat_user_tables where schemaname = 'ofm_budget' and relname = 'period'`,
  )
  return rows[0]?.share ?? null
}
