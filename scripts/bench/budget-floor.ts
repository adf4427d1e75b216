import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createPostgresDatabase } from '@ofm-social/test-services'
import pg from 'pg'
import { setBudgets } from './budget-load.ts'
import type { BenchPostgres } from './durable-postgres.ts'
import { median } from './measurement.ts'

/** What one row allows: the most that a hot budget could do with a commit for each operation. */
export interface Floor {
  readonly connections: number
  readonly perSecond: number
}

/** What one caller needs for a batch of `n` pairs: `fixed + each × n`. */
export interface Ceiling {
  readonly fixedMs: number
  readonly eachMs: number
}

const batchSizes = [1, 8, 32, 128, 512]

/** Both in one database of their own. */
export async function measureBounds(
  { superuserUrl }: BenchPostgres,
  { rounds, forMs }: { readonly rounds: number; readonly forMs: number },
): Promise<{ readonly floor: readonly Floor[]; readonly ceiling: Ceiling }> {
  const database = await createPostgresDatabase(superuserUrl)
  const pool = new pg.Pool({ connectionString: database.url, max: 16 })
  try {
    return { floor: await measureFloor(pool, forMs), ceiling: await fitCeiling(pool, rounds) }
  } finally {
    await pool.end()
    await database.drop()
  }
}

async function measureFloor(pool: pg.Pool, forMs: number): Promise<readonly Floor[]> {
  await pool.query('create schema bench')
  await pool.query('create table bench.hot (id int primary key, amount bigint not null) with (fillfactor = 50)')
  await pool.query('insert into bench.hot values (1, 0)')
  const results: Floor[] = []
  for (const connections of [1, 4, 16]) {
    const startedAt = performance.now()
    let count = 0
    const work = async () => {
      while (performance.now() < startedAt + forMs) {
        await pool.query('update bench.hot set amount = amount + 1 where id = 1')
        count += 1
      }
    }
    await Promise.all(Array.from({ length: connections }, work))
    results.push({ connections, perSecond: (count / (performance.now() - startedAt)) * 1_000 })
  }
  return results
}

/** By least squares through the medians; the sizes take turns, so that a slow moment falls on all of them. */
async function fitCeiling(pool: pg.Pool, rounds: number): Promise<Ceiling> {
  const store = createPostgresLedgerStore({ pool })
  const ledger = createLedger({ store })
  await ledger.migrate()
  const budgets = await setBudgets(ledger, 1)
  const times = batchSizes.map((n) => ({ n, taken: [] as number[] }))
  let made = 0
  for (let round = 0; round < rounds; round += 1) {
    for (const { n, taken } of times) {
      const items = Array.from({ length: n }, (_, index) =>
        toItem(`fit-${made++}`, budgets[index % budgets.length] ?? ''),
      )
      const startedAt = performance.now()
      await store.reserve('default', items)
      await store.finish(
        'default',
        items.map(({ id }) => ({ ...settlement, id })),
      )
      taken.push(performance.now() - startedAt)
    }
  }
  return fitLine(times.map(({ n, taken }) => ({ n, ms: median(taken) })))
}

function fitLine(points: readonly { readonly n: number; readonly ms: number }[]): Ceiling {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanN, meanMs] = [mean(points.map(({ n }) => n)), mean(points.map(({ ms }) => ms))]
  const covariance = mean(points.map(({ n, ms }) => (n - meanN) * (ms - meanMs)))
  const eachMs = covariance / mean(points.map(({ n }) => (n - meanN) ** 2))
  return { eachMs, fixedMs: meanMs - eachMs * meanN }
}

const settlement = {
  kind: 'settle',
  currency: 'USD',
  costNanos: 4_000n,
  fingerprint: '',
  reason: null,
  budget: null,
  vendor: null,
  meters: [],
  reference: null,
  details: null,
} as const

function toItem(id: string, budget: string) {
  const amounts = { currency: 'USD', amountNanos: 10_000n, ifLostNanos: null, lifetimeMs: 600_000 }
  return {
    id,
    budget,
    ...amounts,
    dispatched: 'no',
    fingerprint: '',
    reference: null,
    details: null,
    vendor: null,
    meters: [],
  } as const
}
