import { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDatabase, type Transactions, type Tx } from './database.ts'

const scope = { agencyId: `it's "quoted" \\ twice \\\\` }

describe.skipIf(!postgresAdminUrl)('a transaction on the pool of the host', () => {
  let server: PostgresTestDatabase
  let pool: pg.Pool
  let often: Transactions
  let sent: string[]

  beforeAll(async () => {
    server = await createPostgresDatabase()
  })
  afterAll(() => server.drop())
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: server.url, max: 1 })
    sent = []
    pool.on('connect', (client) => {
      const query = client.query.bind(client)
      vi.spyOn(client, 'query').mockImplementation((...given: Parameters<typeof query>) => {
        const [statement] = given
        sent.push(typeof statement === 'string' ? statement : JSON.stringify(statement))
        return query(...given)
      })
    })
    often = createDatabase({ pool }).often
    return () => pool.end()
  })

  const readScope = async (tx: Tx) => {
    const { rows } = await sql<{ agency: string; given: number }>`
      select current_setting('ofm.agency_id') as agency, ${7}::int as given`.execute(tx)
    return rows[0]
  }
  const expected = { agency: scope.agencyId, given: 7 }

  test('begins and sets its scope in one round trip', async () => {
    await often.inScope(scope, readScope)
    sent.length = 0
    expect(await often.inScope(scope, readScope)).toEqual(expected)
    expect(sent).toEqual([
      expect.stringContaining('begin; select set_config('),
      expect.stringContaining('ofm_'),
      'commit',
    ])
    expect((await pool.query(`select current_setting('ofm.agency_id', true) as agency`)).rows).toEqual([{ agency: '' }])
  })

  test('plans a statement that comes often once for each connection, from its first coming', async () => {
    await often.inScope(scope, readScope)
    await often.inScope(scope, readScope)
    const { rows } = await pool.query('select generic_plans::int, custom_plans::int from pg_prepared_statements')
    expect(rows).toEqual([{ generic_plans: 2, custom_plans: 0 }])
    expect((await pool.query('show plan_cache_mode')).rows).toEqual([{ plan_cache_mode: 'auto' }])
  })

  test('is repeated without names behind a pooler whose connection has never heard of them', async () => {
    await often.inScope(scope, readScope)
    await pool.query('deallocate all')
    let runs = 0
    const run = () =>
      often.inScope(scope, (tx) => {
        runs += 1
        return readScope(tx)
      })
    expect(await run()).toEqual(expected)
    expect(runs).toBe(2)
    sent.length = 0
    expect(await run()).toEqual(expected)
    expect(sent.join()).not.toContain('ofm_')
  })

  test('is repeated without names where another client has used the connection before', async () => {
    await often.inScope(scope, readScope)
    const [name] = /ofm_\w+/.exec(sent.join()) ?? []
    expect(name).toBeDefined()
    await pool.end()
    pool = new pg.Pool({ connectionString: server.url, max: 1 })
    await pool.query(`prepare ${name} as select 1`)
    expect(await createDatabase({ pool }).often.inScope(scope, readScope)).toEqual(expected)
  })
})
