import { PGlite } from '@electric-sql/pglite'
import { createLedger, createMoney, type Ledger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { type LoadResult, runPairs, runRefusals, setBudgets } from './budget-load.ts'
import { compare, type Measurement, round } from './measurement.ts'
import { startChild } from './start-child.ts'

const bench = 'budget'
const forMs = 4_000
const batchSizes = [1, 8, 32, 128, 256]

/** Floor and ceiling first, then loads between them; the books are checked at the end. */
export async function* measure(): AsyncGenerator<Measurement> {
  if (!postgresAdminUrl) throw new Error('bench budget needs a PostgreSQL: source <(.ci/postgres start)')
  const database = await createPostgresDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 20 })
  try {
    yield* measurePostgres(pool, database.url)
  } finally {
    await pool.end()
    await database.drop()
  }
  yield* measurePglite()
}

async function* measurePostgres(pool: pg.Pool, url: string): AsyncGenerator<Measurement> {
  const ledger = createLedger({ store: createPostgresLedgerStore({ pool }) })
  await ledger.migrate()
  const budgets = await setBudgets(ledger, 100)
  const hot = budgets.filter((budget) => budget.startsWith('a0/'))
  await runPairs(ledger, { inFlight: 64, forMs: 1_000, budgets: hot })

  const floor = await measureFloor(pool)
  for (const { connections, perSecond } of floor) {
    yield {
      bench,
      metric: `floor: UPDATE of one row, ${connections} connections`,
      value: round(perSecond),
      unit: '1/s',
    }
  }
  const baseline = Math.max(...floor.map(({ perSecond }) => perSecond))
  const { fixedMs, eachMs } = await fitCeiling(pool, hot)
  yield { bench, metric: 'fixed time of a batch, reserve and settle', value: round(fixedMs), unit: 'ms' }
  yield toRate('ceiling: pairs of one caller, from the fit', 1_000 / eachMs, baseline)

  yield* toMeasurements(
    'one hot agency, 1 in flight',
    await runPairs(ledger, { inFlight: 1, forMs, budgets: hot }),
    baseline,
  )
  yield* toMeasurements(
    'one hot agency, 64 in flight',
    await runPairs(ledger, { inFlight: 64, forMs, budgets: hot }),
    baseline,
  )
  const one = await runPairs(ledger, { inFlight: 256, forMs, budgets: hot })
  yield* toMeasurements('one hot agency, 256 in flight', one, baseline)
  yield* toMeasurements(
    '100 agencies, 256 in flight',
    await runPairs(ledger, { inFlight: 256, forMs, budgets }),
    baseline,
  )
  yield* toMeasurements('one hot agency, 4 processes with 64 each', await runProcesses(url, hot), one.perSecond)
  await ledger.setBudget('empty', { limit: createMoney('USD', 0n), period: 'month' })
  const refused = await runRefusals(ledger, { inFlight: 256, forMs, budgets: ['empty'] })
  yield* toMeasurements('refusals, 256 in flight', refused, baseline)
  await assertBooks(ledger)
}

async function* measurePglite(): AsyncGenerator<Measurement> {
  const pglite = await PGlite.create()
  const ledger = createLedger({ store: createPostgresLedgerStore({ pglite }) })
  await ledger.migrate()
  const budgets = await setBudgets(ledger, 1)
  const single = await runPairs(ledger, { inFlight: 1, forMs, budgets })
  yield* toMeasurements('PGlite, 1 in flight', single, single.perSecond)
  yield* toMeasurements(
    'PGlite, 64 in flight',
    await runPairs(ledger, { inFlight: 64, forMs, budgets }),
    single.perSecond,
  )
  await assertBooks(ledger)
  await pglite.close()
}

/** What one row allows: the least that a hot budget could cost with a commit for each operation. */
async function measureFloor(pool: pg.Pool) {
  await pool.query('create schema bench')
  await pool.query('create table bench.hot (id int primary key, amount bigint not null) with (fillfactor = 50)')
  await pool.query('insert into bench.hot values (1, 0)')
  const results: { readonly connections: number; readonly perSecond: number }[] = []
  for (const connections of [1, 4, 16]) {
    const startedAt = performance.now()
    let count = 0
    const work = async () => {
      while (performance.now() < startedAt + 2_000) {
        await pool.query('update bench.hot set amount = amount + 1 where id = 1')
        count += 1
      }
    }
    await Promise.all(Array.from({ length: connections }, work))
    results.push({ connections, perSecond: (count / (performance.now() - startedAt)) * 1_000 })
  }
  return results
}

/** One caller, batches of growing size: `t = fixed + each × n`, by least squares. */
async function fitCeiling(pool: pg.Pool, budgets: readonly string[]) {
  const store = createPostgresLedgerStore({ pool })
  const times: { readonly n: number; readonly ms: number }[] = []
  let made = 0
  for (const n of batchSizes) {
    const rounds = 30
    const startedAt = performance.now()
    for (let round = 0; round < rounds; round += 1) {
      const items = Array.from({ length: n }, (_, index) =>
        toItem(`fit-${made++}`, budgets[index % budgets.length] ?? ''),
      )
      await store.reserve('default', items)
      await store.finish(
        'default',
        items.map(({ id }) => ({ ...nothing, id })),
      )
    }
    times.push({ n, ms: (performance.now() - startedAt) / rounds })
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanN, meanMs] = [mean(times.map(({ n }) => n)), mean(times.map(({ ms }) => ms))]
  const covariance = mean(times.map(({ n, ms }) => (n - meanN) * (ms - meanMs)))
  const eachMs = covariance / mean(times.map(({ n }) => (n - meanN) ** 2))
  return { eachMs, fixedMs: meanMs - eachMs * meanN }
}

const nothing = {
  kind: 'settle',
  currency: 'USD',
  costNanos: 4_000n,
  fingerprint: '',
  reason: null,
  budget: null,
  reference: null,
  details: null,
} as const

function toItem(id: string, budget: string) {
  const amounts = { currency: 'USD', amountNanos: 10_000n, ifLostNanos: null, lifetimeMs: 600_000 }
  return { id, budget, ...amounts, dispatched: 'no', fingerprint: '', reference: null, details: null } as const
}

async function runProcesses(url: string, budgets: readonly string[]): Promise<LoadResult> {
  const children = Array.from({ length: 4 }, () =>
    startChild('budget-client.ts', { environment: { BENCH_DATABASE_URL: url } }),
  )
  for (const child of children) await child.next()
  for (const child of children) child.send({ inFlight: 64, forMs, budgets })
  const results = await Promise.all(children.map((child) => child.next<LoadResult>()))
  await Promise.all(children.map((child) => child.stop()))
  return {
    perSecond: results.reduce((sum, { perSecond }) => sum + perSecond, 0),
    p50Ms: Math.max(...results.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
  }
}

async function assertBooks(ledger: Ledger): Promise<void> {
  const { ok, findings } = await ledger.checkLedger()
  if (!ok) throw new Error(`The books do not hold: ${JSON.stringify(findings.slice(0, 5))}`)
}

function* toMeasurements(metric: string, result: LoadResult, baseline: number): Generator<Measurement> {
  yield toRate(metric, result.perSecond, baseline)
  yield { bench, metric: `${metric}: reserve p50`, value: round(result.p50Ms), unit: 'ms' }
  yield { bench, metric: `${metric}: reserve p99`, value: round(result.p99Ms), unit: 'ms' }
}

function toRate(metric: string, value: number, baseline: number): Measurement {
  return compare({ bench, metric, value: round(value), unit: '1/s', baseline: round(baseline) })
}
