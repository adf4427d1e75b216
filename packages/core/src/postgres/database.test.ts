import { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database, type DatabaseSource } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { createTestIds, type SeededAccount, seedAccount } from './testing/seed.ts'

test.each([{}, { connectionString: 'postgres://localhost' }, { pool: {} }])(
  'a store of %o says what it needs',
  (source) => {
    expect(() => createDatabase(source as unknown as DatabaseSource)).toThrow('needs { pool }, a pg.Pool')
  },
)

describe.skipIf(!postgresAdminUrl)('a transaction', () => {
  let server: PostgresTestDatabase
  let pool: pg.Pool
  let database: Database
  let accounts: readonly [SeededAccount, SeededAccount]

  beforeAll(async () => {
    server = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: server.url, max: 4 })
    database = createDatabase({ pool })
    await migrate(database)
    const createId = createTestIds()
    const first = await seedAccount(database, createId)
    accounts = [first, await seedAccount(database, createId, first)]
  })
  afterAll(async () => {
    await pool.end()
    await server.drop()
  })

  const spaceOut = (tx: Parameters<Parameters<Database['inScope']>[1]>[0], { accountId }: SeededAccount) =>
    sql`update ofm.account set spacing_ms = spacing_ms + 1 where account_id = ${accountId}`.execute(tx)

  test('is repeated when the database ends it because of a deadlock', async () => {
    let met = 0
    let meet: () => void = () => undefined
    const both = new Promise<void>((resolve) => {
      meet = resolve
    })
    const run = (order: readonly [SeededAccount, SeededAccount]) =>
      database.inScope(order[0], async (tx) => {
        await spaceOut(tx, order[0])
        met += 1
        if (met >= 2) meet()
        await both
        await spaceOut(tx, order[1])
      })
    await Promise.all([run(accounts), run([accounts[1], accounts[0]])])
    expect(met).toBe(3)
    const rows = await database.inScope(
      accounts[0],
      async (tx) => (await sql`select spacing_ms from ofm.account`.execute(tx)).rows,
    )
    expect(rows).toEqual([{ spacing_ms: 120_002 }, { spacing_ms: 120_002 }])
  })

  test('is rolled back as a whole when its work throws, and the pool stays the host’s', async () => {
    const failing = database.inScope(accounts[0], async (tx) => {
      await spaceOut(tx, accounts[0])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    const rows = await database.inScope(
      accounts[0],
      async (tx) => (await sql`select spacing_ms from ofm.account`.execute(tx)).rows,
    )
    expect(rows).toEqual([{ spacing_ms: 120_002 }, { spacing_ms: 120_002 }])
    expect(pool.ended).toBe(false)
  })
})
