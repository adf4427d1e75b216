import { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { openTestStore, testStart } from '../testing/open-test-store.ts'
import { createTestIds, seedAccount } from '../testing/seed.ts'
import { seedAllTables } from '../testing/seed-all-tables.ts'
import { assertMigrated } from './assert-migrated.ts'
import { migrate } from './migrate.ts'
import { migrationSql } from './migration-sql.ts'

describe.skipIf(!postgresAdminUrl)('migrations as SQL', () => {
  let server: PostgresTestDatabase
  let pool: pg.Pool
  let admin: pg.Pool
  let login: string
  let database: Database

  beforeAll(async () => {
    server = await createPostgresDatabase()
    pool = new pg.Pool({ connectionString: server.url, max: 4 })
    admin = new pg.Pool({ connectionString: server.adminUrl, max: 1 })
    login = new URL(server.url).username
    database = createDatabase({ pool })
    await admin.query(`revoke create on database ${login} from ${login}`)
  })
  afterAll(async () => {
    await pool.end()
    await admin.end()
    await server.drop()
  })

  test('are what a login without the right to create a schema is told to ask for', async () => {
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'schema_missing',
      message: expect.stringContaining('migrationSql({ login })'),
    })
    await expect(assertMigrated(database)).rejects.toMatchObject({ code: 'schema_missing' })
  })

  test('make the login the owner when an administrator runs them, also twice', async () => {
    await admin.query(migrationSql(login))
    await admin.query(migrationSql(login))
    await assertMigrated(database)
    const { rows } = await admin.query("select distinct tableowner from pg_tables where schemaname = 'ofm'")
    expect(rows).toEqual([{ tableowner: login }])
  })

  test('leave nothing to do for migrate', async () => {
    expect(await migrate(database)).toEqual({ applied: [] })
  })

  test('make the same schema as migrate', async () => {
    const other = await createPostgresDatabase()
    const otherPool = new pg.Pool({ connectionString: other.url, max: 1 })
    const otherAdmin = new pg.Pool({ connectionString: other.adminUrl, max: 1 })
    try {
      await migrate(createDatabase({ pool: otherPool }))
      expect(await describeSchema(otherAdmin)).toEqual(await describeSchema(admin))
    } finally {
      await otherPool.end()
      await otherAdmin.end()
      await other.drop()
    }
  })

  test('let everything work for that login', async () => {
    const { database: opened } = await openTestStore({ pool })
    const createId = createTestIds()
    await seedAllTables(opened, createId, await seedAccount(opened, createId), testStart)
  })

  test('quote a name that needs it', () => {
    expect(migrationSql('o"brien\'s')).toContain('create schema if not exists ofm authorization "o""brien\'s";')
    expect(migrationSql('o"brien\'s')).toContain("rolname = 'o\"brien''s'")
  })
})

describe.skipIf(!postgresAdminUrl)('a login that bypasses row security', () => {
  test('works as ofm_app, and is told when it cannot', async () => {
    const server = await createPostgresDatabase()
    const pool = new pg.Pool({ connectionString: server.adminUrl, max: 2 })
    try {
      const database = createDatabase({ pool })
      await migrate(database)
      await assertMigrated(database)
      const createId = createTestIds()
      const own = await seedAccount(database, createId)
      await seedAccount(database, createId)
      await database.inScope(own, async (tx) => {
        const seen = await sql<{
          agency_id: string
          who: string
        }>`select agency_id, current_user as who from ofm.account`.execute(tx)
        expect(seen.rows).toEqual([{ agency_id: own.agencyId, who: 'ofm_app' }])
      })
    } finally {
      await pool.end()
      await server.drop()
    }
  })
})

async function describeSchema(admin: pg.Pool): Promise<unknown[]> {
  const { rows } = await admin.query(`
    select 'column' as kind, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as what
    from information_schema.columns where table_schema = 'ofm' and table_name <> 'test_clock'
    union all select 'index', indexdef from pg_indexes where schemaname = 'ofm'
    union all select 'policy', tablename || '.' || policyname || coalesce(qual, '') || coalesce(with_check, '') from pg_policies where schemaname = 'ofm'
    union all select 'constraint', conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'ofm'::regnamespace
    order by 1, 2`)
  return rows
}
