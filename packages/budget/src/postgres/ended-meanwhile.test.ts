import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createLedger } from '../create-ledger.ts'
import { usd } from '../money.ts'
import { createPostgresLedgerStore } from './create-postgres-ledger-store.ts'

describe.skipIf(!postgresAdminUrl)('what was reserved and ended while its path was looked up', () => {
  test('is answered with its levels, booked late where it was released, and locked in one order', async () => {
    const database = await createPostgresDatabase()
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    const pools = Array.from({ length: 4 }, () => new pg.Pool({ connectionString: database.url, max: 1 }))
    const [settlingPool, otherPool, holder, walker] = pools as [pg.Pool, pg.Pool, pg.Pool, pg.Pool]
    const [settling, other] = [settlingPool, otherPool].map((pool) =>
      createLedger({ store: createPostgresLedgerStore({ pool }), tenant: 'acme' }),
    ) as [ReturnType<typeof createLedger>, ReturnType<typeof createLedger>]
    await other.migrate()
    for (const budget of ['first', 'second']) await other.setBudget(budget, { limit: usd('10'), period: 'once' })
    await other.reserve({ budget: 'second', amount: usd('1'), id: 'known' })
    // As a host's own statements would: one level, or several from the first to the last.
    const lock = async (pool: pg.Pool, budget: string) =>
      pool.query(
        `select ofm_budget.lock_periods('acme', array(select period_id from ofm_budget.period where budget = $1), ofm_budget.now())`,
        [budget],
      )
    const begin = (pool: pg.Pool) => pool.query(`begin; select set_config('ofm_budget.tenant', 'acme', true)`)
    const waiting = (count: number) =>
      expect
        .poll(async () => {
          const { rows } = await admin.query(
            `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
          return rows[0].count
        })
        .toBe(count)

    await begin(holder)
    await lock(holder, 'second')
    const settled = Promise.all([
      settling.settle('known', usd('1')),
      settling.settle('released', usd('2')),
      settling.settle('settled', usd('1')),
    ])
    await waiting(1)
    for (const id of ['released', 'settled']) await other.reserve({ budget: 'first', amount: usd('1'), id })
    await other.release('released')
    await other.settle('settled', usd('1'))
    await begin(walker)
    await lock(walker, 'first')
    const walked = lock(walker, 'second')
    await waiting(2)
    await holder.query('commit')
    await walked
    await walker.query('commit')

    expect((await settled).map(({ id, marks, levels }) => [id, marks, levels.map(({ budget }) => budget)])).toEqual([
      ['known', [], ['second']],
      ['released', ['late', 'over'], ['first']],
      ['settled', [], ['first']],
    ])
    expect(await other.checkLedger()).toMatchObject({ ok: true, findings: [] })
    for (const pool of pools) await pool.end()
    // A session reports what it saw when it ends.
    const { rows } = await admin.query('select deadlocks::int from pg_stat_database where datname = current_database()')
    expect(rows).toEqual([{ deadlocks: 0 }])
    await admin.end()
    await database.drop()
  })
})
