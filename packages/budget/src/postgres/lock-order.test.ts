import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { createLedger } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { usd } from '../money.ts'
import { createPostgresLedgerStore } from './create-postgres-ledger-store.ts'

/** Two ledgers and two sessions on one database, each with a connection of its own. */
interface Rig {
  readonly ledgers: readonly [Ledger, Ledger]
  /** In a transaction of the ledger's tenant that has begun. */
  readonly sessions: readonly [pg.Client, pg.Client]
  /** Resolves when so many connections wait for a lock. */
  waiting(count: number): Promise<void>
}

/** Runs it in a database of its own, where nobody may have waited for another in a circle. */
async function withoutDeadlocks(run: (rig: Rig) => Promise<void>): Promise<void> {
  const database = await createPostgresDatabase()
  const admin = new pg.Client({ connectionString: database.adminUrl })
  const pools = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 1 }))
  const [one, other] = pools.map((pool) => createLedger({ store: createPostgresLedgerStore({ pool }), tenant: 'acme' }))
  const sessions = [new pg.Client(database.url), new pg.Client(database.url)] as const
  await one?.migrate()
  for (const client of [admin, ...sessions]) await client.connect()
  for (const session of sessions) await session.query(`begin; select set_config('ofm_budget.tenant', 'acme', true)`)
  const waiting = (count: number) =>
    expect
      .poll(
        async () => {
          const { rows } = await admin.query(
            `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
          return rows[0].count
        },
        { timeout: 30_000, interval: 20 },
      )
      .toBe(count)
  await run({ ledgers: [one as Ledger, other as Ledger], sessions, waiting })
  expect(await one?.checkLedger()).toMatchObject({ ok: true, findings: [] })
  for (const connection of [...sessions, ...pools]) await connection.end()
  // A session reports what it saw when it ends.
  const { rows } = await admin.query('select deadlocks::int from pg_stat_database where datname = current_database()')
  expect(rows).toEqual([{ deadlocks: 0 }])
  await admin.end()
  await database.drop()
}

describe.skipIf(!postgresAdminUrl)('a batch of settlements', { timeout: 60_000 }, () => {
  test('answers what was reserved and ended while its path was looked up with its levels, and locks them in one order', () =>
    withoutDeadlocks(async ({ ledgers: [settling, other], sessions: [holder, walker], waiting }) => {
      for (const budget of ['first', 'second']) await other.setBudget(budget, { limit: usd('10'), period: 'once' })
      await other.reserve({ budget: 'second', amount: usd('1'), id: 'known' })
      const lock = (session: pg.Client, budget: string) =>
        session.query('select from ofm_budget.period where budget = $1 for no key update', [budget])

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
    }))

  test('keeps what nobody reserved in the order of its ids, whatever came first', () =>
    withoutDeadlocks(async ({ ledgers: [settling], sessions: [holder], waiting }) => {
      const keep = (id: string) =>
        holder.query(
          `insert into ofm_budget.unmatched (tenant_id, reservation_id, cost_nanos, at) values ('acme', $1, 1, now()) on conflict do nothing`,
          [id],
        )
      await keep('a')
      const settled = Promise.allSettled(['b', 'a'].map((id) => settling.settle(id, usd('1'))))
      await waiting(1)
      await keep('b')
      await holder.query('commit')
      expect(await settled).toMatchObject([{ reason: { code: 'unknown_reservation' } }, { status: 'rejected' }])
      expect(await settling.checkLedger()).toMatchObject({ unmatched: 2 })
    }))
})

describe.skipIf(!postgresAdminUrl)('a budget that two add at once', { timeout: 60_000 }, () => {
  test('has the limit of the one that came last, also in its present period', () =>
    withoutDeadlocks(async ({ ledgers: [ledger], sessions: [holder], waiting }) => {
      const rule = { kind: 'once' }
      const settings = { currency: 'USD', rule, limitNanos: '5', enforcement: 'hard', alerts: [], whileAway: 'closed' }
      await holder.query('select ofm_budget.set_budget($1, $2, null)', ['acme', { budget: 'agency', ...settings }])
      await holder.query('select ofm_budget.begin_period($1, $2, $3, 0, null)', ['acme', 'agency', rule])
      const set = ledger.setBudget('agency', { limit: usd('7'), period: 'once' })
      await waiting(1)
      await holder.query('commit')
      expect((await set).limit).toEqual(usd('7'))
      await ledger.reserve({ budget: 'agency', amount: usd('7') })
    }))
})
