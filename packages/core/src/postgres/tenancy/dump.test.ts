import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { promisify } from 'node:util'
import { createPostgresDatabase, type PostgresTestDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestStore, testStart } from '../testing/open-test-store.ts'
import { createTestIds } from '../testing/seed.ts'
import { seedTenants } from '../testing/seed-all-tables.ts'

const run = promisify(execFile)
/** Beside the newest server, since a dump needs a client at least as new; else whatever the path has. */
const tool = (name: string) => globSync(`/usr/lib/postgresql/*/bin/${name}`).sort().at(-1) ?? name

describe.skipIf(!postgresAdminUrl)('a dump by the ordinary login', () => {
  let source: PostgresTestDatabase
  let target: PostgresTestDatabase

  beforeAll(async () => {
    source = await createPostgresDatabase()
    target = await createPostgresDatabase()
    const pool = new pg.Pool({ connectionString: source.url, max: 4 })
    const { database } = await openTestStore({ pool })
    await seedTenants(database, createTestIds(), testStart)
    await pool.end()
  })
  afterAll(async () => {
    await source.drop()
    await target.drop()
  })

  const dump = (environment: Record<string, string>, ...options: string[]) =>
    run(tool('pg_dump'), ['--no-owner', '--schema=ofm', ...options, source.url], {
      env: { ...process.env, ...environment },
      maxBuffer: 1e8,
    })

  test('fails without the option, instead of losing rows silently', async () => {
    await expect(dump({})).rejects.toMatchObject({ stderr: expect.stringContaining('row-level security') })
  })

  test('with ofm.dump=on holds every row, and restores', async () => {
    const { stdout } = await dump({ PGOPTIONS: '-c ofm.dump=on' }, '--enable-row-security')
    // COPY refuses tables with row security, which a dump switches on last; the restoring login owns the tables it makes.
    const child = run(tool('psql'), ['--quiet', '--set=ON_ERROR_STOP=1', '--single-transaction', target.url], {
      maxBuffer: 1e8,
    })
    child.child.stdin?.end(stdout)
    await child
    expect(await countRows(target.adminUrl)).toEqual(await countRows(source.adminUrl))
  })
})

async function countRows(url: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'ofm' order by 1",
    )
    const counts: Record<string, number> = {}
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ofm.${name}`)
      counts[name] = rows[0]?.count ?? 0
    }
    return counts
  } finally {
    await client.end()
  }
}
