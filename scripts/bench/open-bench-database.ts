import { PGlite } from '@electric-sql/pglite'
import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'

/** A database of its own for one benchmark. */
export interface BenchDatabase {
  /** For the names of metrics: numbers of the two are not comparable. */
  readonly kind: 'PostgreSQL' | 'PGlite'
  readonly source: { readonly pool: pg.Pool } | { readonly pglite: PGlite }
  /** On the same connections. */
  readonly kysely: Kysely<Record<string, Record<string, unknown>>>
  close(): Promise<void>
}

/** PostgreSQL with an ordinary login where `OFM_TEST_POSTGRES_URL` names a server, else PGlite. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  if (!postgresAdminUrl) {
    const pglite = await PGlite.create()
    const kysely = new Kysely<Record<string, Record<string, unknown>>>({ dialect: new PGliteDialect({ pglite }) })
    return { kind: 'PGlite', source: { pglite }, kysely, close: () => pglite.close() }
  }
  const database = await createPostgresDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 10 })
  return {
    kind: 'PostgreSQL',
    source: { pool },
    kysely: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    async close() {
      await pool.end()
      await database.drop()
    },
  }
}
