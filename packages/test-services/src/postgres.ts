import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { recordServiceUse } from './service-use.ts'

/**
 * The URL of a PostgreSQL superuser, or undefined when this run has no PostgreSQL.
 * Skip on it with `describe.skipIf(!postgresAdminUrl)`; a run with `CI=true` then fails instead of passing without.
 */
export const postgresAdminUrl: string | undefined = process.env.OFM_TEST_POSTGRES_URL || undefined

/** An empty database of its own and a login such as hosting companies hand out. */
export interface PostgresTestDatabase {
  /** An ordinary login: no superuser, no roles, no databases, no bypass of row-level security; may create schemas in this database. */
  readonly url: string
  /** The superuser in the same database, for what a test must see or break from outside. */
  readonly adminUrl: string
  /** Deletes database and login, also while connections are open. */
  drop(): Promise<void>
}

/** Creates a database with a random name, so that test files can run at the same time. Needs a superuser's URL. */
export async function createPostgresDatabase(superuserUrl = postgresAdminUrl): Promise<PostgresTestDatabase> {
  if (!superuserUrl) throw new Error('Set OFM_TEST_POSTGRES_URL, or run `.ci/postgres start` first.')
  const name = `ofm_test_${randomBytes(8).toString('hex')}`
  const password = randomBytes(18).toString('hex')
  const version = await runAsAdmin(superuserUrl, [
    `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '${password}'`,
    `CREATE DATABASE ${name} TEMPLATE template0`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT, CREATE ON DATABASE ${name} TO ${name}`,
  ])
  recordServiceUse(`PostgreSQL ${version}`)
  const adminUrl = new URL(superuserUrl)
  adminUrl.pathname = `/${name}`
  const url = new URL(adminUrl)
  url.username = name
  url.password = password
  const drop = async () => {
    await runAsAdmin(superuserUrl, [
      waitForClosing(name),
      `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
      `DROP ROLE IF EXISTS ${name}`,
    ])
  }
  return { url: url.href, adminUrl: adminUrl.href, drop }
}

/** A pool that has ended still closes its sockets for a moment; a forced end in that moment is an error which nobody handles. */
function waitForClosing(database: string): string {
  return `DO $$ BEGIN
    FOR round IN 1..25 LOOP
      EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '${database}');
      PERFORM pg_sleep(0.02);
      PERFORM pg_stat_clear_snapshot();
    END LOOP;
  END $$`
}

/** Runs the statements one by one and returns the server's version. */
async function runAsAdmin(connectionString: string, statements: readonly string[]): Promise<string> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
    const { rows } = await client.query<{ version: string }>(
      "SELECT split_part(current_setting('server_version'), ' ', 1) AS version",
    )
    return rows[0]?.version ?? 'of unknown version'
  } finally {
    await client.end()
  }
}
