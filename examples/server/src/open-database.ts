import type { PGlite } from '@electric-sql/pglite'
import type { SocialStore } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import pg from 'pg'
import type { DataFolder } from './data-folder.ts'
import { lockFolder } from './folder-lock.ts'
import type { Log } from './log.ts'
import type { Sql } from './server-tables.ts'
import { StartError, systemCodeOf } from './start-error.ts'

/** One database for the facade and for the server's own tables. */
export interface OpenedDatabase {
  readonly store: SocialStore
  readonly sql: Sql
  /** What stores are made on. */
  readonly source: { readonly pool: pg.Pool } | { readonly pglite: PGlite }
  readonly kind: 'PGlite' | 'PostgreSQL'
  close(): Promise<void>
}

/** PostgreSQL where it is named, else PGlite in the data folder. */
export function openDatabase(url: string | null, folder: DataFolder, log: Log): Promise<OpenedDatabase> {
  return url === null ? openPglite(folder) : openPostgres(url, log)
}

async function openPglite(folder: DataFolder): Promise<OpenedDatabase> {
  const lock = await lockFolder(folder.at('lock'))
  const path = folder.at('db')
  try {
    const { PGlite: Embedded } = await import('@electric-sql/pglite')
    const pglite = await Embedded.create(path)
    await pglite.query('select 1')
    return {
      store: createPostgresStore({ pglite }),
      sql: pglite,
      source: { pglite },
      kind: 'PGlite',
      async close() {
        await pglite.close()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    const advice = `Move the folder away to begin anew, or name another one in OFM_DATA_DIR.`
    throw new StartError(`The database in ${path} cannot be opened; it is damaged, or no database. ${advice}`, error)
  }
}

async function openPostgres(url: string, log: Log): Promise<OpenedDatabase> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 })
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', (error) => log.warn({ err: error }, 'A connection to the database broke.'))
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw new StartError(`The database of DATABASE_URL does not answer: ${toReason(error)}.`, error)
  }
  return {
    store: createPostgresStore({ pool }),
    sql: pool,
    source: { pool },
    kind: 'PostgreSQL',
    close: () => pool.end(),
  }
}

/** A message of the driver may name host and login, never a password. */
function toReason(error: unknown): string {
  const code = systemCodeOf(error)
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND') return 'its host is unknown'
  if (code === '28P01' || code === '28000') return 'it refuses the login or the password'
  if (code === '3D000') return 'there is no such database'
  return error instanceof Error && error.message !== '' ? error.message : String(code)
}
