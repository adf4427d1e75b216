import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createPostgresDatabase } from '@ofm-social/test-services'
import pg from 'pg'

/** Where a worker finds the ledger. */
export type TortureTarget = { readonly url: string } | { readonly folder: string }

/** A database whose clock is a row, and what is done to it from outside. */
export interface TortureDatabase {
  readonly name: 'PostgreSQL' | 'PGlite'
  readonly target: TortureTarget
  /** PGlite belongs to one process at a time: there, several ledgers share it. */
  readonly processes: number
  readonly ledgersPerProcess: number
  /** Operations between two disturbances, on average: more where a start takes long. */
  readonly disturbEvery: number
  /** Cuts a connection off, wherever it is: also between a commit and its answer. PGlite has none, and is only killed. */
  cutConnection?(): Promise<void>
  /** Runs when no worker does: reads past row security, and lends the ledger. */
  inspect<Result>(work: (inspection: Inspection) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

export interface Inspection {
  readonly source: Parameters<typeof createPostgresLedgerStore>[0]
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

const clockStatements = [
  'create table ofm_budget.test_clock (at timestamptz not null)',
  "insert into ofm_budget.test_clock values ('2026-11-26T12:00:00Z')",
  'grant select, update on ofm_budget.test_clock to public',
  "create or replace function ofm_budget.now() returns timestamptz language sql stable as 'select at from ofm_budget.test_clock'",
]

export async function openTorturePostgres(): Promise<TortureDatabase> {
  const database = await createPostgresDatabase()
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 })
  const pool = new pg.Pool({ connectionString: database.url, max: 4 })
  pool.on('error', () => {})
  await createPostgresLedgerStore({ pool }).schema.migrate()
  for (const statement of clockStatements) await pool.query(statement)
  const query = async (text: string, values?: readonly unknown[]) =>
    (await admin.query<Record<string, unknown>>(text, values ? [...values] : undefined)).rows
  await query(`alter database ${new URL(database.url).username} set deadlock_timeout = '20ms'`)
  return {
    name: 'PostgreSQL',
    target: { url: database.url },
    processes: 4,
    ledgersPerProcess: 1,
    disturbEvery: 1_000,
    async cutConnection() {
      await query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and usename = $1 order by random() limit 1`,
        [new URL(database.url).username],
      )
    },
    inspect: (work) => work({ source: { pool }, query }),
    async close() {
      await pool.end()
      await admin.end()
      await database.drop()
    },
  }
}

export async function openTorturePglite(): Promise<TortureDatabase> {
  const { PGlite } = await import('@electric-sql/pglite')
  const folder = mkdtempSync(join(tmpdir(), 'ofm-ledger-torture-'))
  const inspect: TortureDatabase['inspect'] = async (work) => {
    const pglite = await PGlite.create(folder)
    try {
      const query = async (text: string, values?: readonly unknown[]) =>
        (await pglite.query<Record<string, unknown>>(text, values ? [...values] : undefined)).rows
      return await work({ source: { pglite }, query })
    } finally {
      await pglite.close()
    }
  }
  await inspect(async ({ source, query }) => {
    await createPostgresLedgerStore(source).schema.migrate()
    for (const statement of clockStatements) await query(statement)
  })
  return {
    name: 'PGlite',
    target: { folder },
    processes: 1,
    ledgersPerProcess: 4,
    disturbEvery: 5_000,
    inspect,
    close: async () => rmSync(folder, { recursive: true, force: true }),
  }
}
