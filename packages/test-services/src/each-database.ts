import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { describe } from 'vitest'
import { createPostgresDatabase, postgresAdminUrl } from './postgres.ts'
import { recordServiceUse } from './service-use.ts'

/** An empty database: PGlite in this process, or one on the PostgreSQL server. */
export interface TestDatabase {
  /** What the code under test gets: PGlite itself, or a pool of an ordinary login. */
  readonly source:
    | { readonly pglite: PGlite; readonly pool?: never }
    | { readonly pool: pg.Pool; readonly pglite?: never }
  /** Runs one statement as a superuser, past row-level security. */
  admin(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** Runs the same suite on PGlite and on PostgreSQL; without `postgresAdminUrl` the second is skipped. */
export function eachDatabase(
  name: string,
  suite: (open: () => Promise<TestDatabase>, database: 'PGlite' | 'PostgreSQL') => void,
): void {
  describe(`${name} on PGlite`, () => suite(openPglite, 'PGlite'))
  describe.skipIf(!postgresAdminUrl)(`${name} on PostgreSQL`, () => suite(openPostgres, 'PostgreSQL'))
}

async function openPglite(): Promise<TestDatabase> {
  recordServiceUse('PGlite')
  const pglite = await PGlite.create()
  return {
    source: { pglite },
    admin: async (text, values) =>
      (await pglite.query<Record<string, unknown>>(text, values ? [...values] : undefined)).rows,
    close: () => pglite.close(),
  }
}

async function openPostgres(): Promise<TestDatabase> {
  const database = await createPostgresDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 8 })
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 1 })
  return {
    source: { pool },
    admin: async (text, values) =>
      (await admin.query<Record<string, unknown>>(text, values ? [...values] : undefined)).rows,
    async close() {
      await pool.end()
      await admin.end()
      await database.drop()
    },
  }
}
