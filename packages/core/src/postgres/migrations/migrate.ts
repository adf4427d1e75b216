import { type Kysely, sql, type Transaction } from 'kysely'
import { SocialError } from '../../social-error.ts'
import type { Database } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { bootstrapStatements, roleStatement } from './bootstrap.ts'
import type { Migration } from './migration.ts'
import { migrations } from './migrations.ts'

/** Held while a step of the schema runs, so that two processes may start at once. Arbitrary; never changed. */
const lockKey = 7_102_938_475

/** Brings the schema up to date. Returns the names of what was applied. */
export async function migrate(database: Database): Promise<{ readonly applied: readonly string[] }> {
  try {
    const applied: string[] = []
    await exclusively(database.kysely, bootstrap)
    for (const migration of migrations) {
      if (await exclusively(database.kysely, (tx) => apply(tx, migration))) applied.push(migration.name)
    }
    await exclusively(database.kysely, (tx) => run(tx, roleStatement('current_user')))
    database.forgetLogin()
    return { applied }
  } catch (error) {
    if (!isDatabaseError(error, '42501')) throw error
    throw new SocialError(
      'schema_missing',
      `The database login may not create or change the schema "ofm": ${error.message}. Let an administrator run the SQL that migrationSql({ login }) returns, or grant the login CREATE on the database.`,
      { cause: error },
    )
  }
}

function exclusively<Result>(
  kysely: Kysely<unknown>,
  work: (tx: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  return kysely.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockKey})`.execute(tx)
    return work(tx)
  })
}

async function bootstrap(tx: Transaction<unknown>): Promise<void> {
  // Asked first: `create schema if not exists` needs the right to create one even when it exists.
  const found = await sql<{ present: boolean }>`select to_regnamespace('ofm') is not null as present`.execute(tx)
  if (!found.rows[0]?.present) await run(tx, 'create schema ofm')
  const table = await sql<{ present: boolean }>`select to_regclass('ofm.migration') is not null as present`.execute(tx)
  if (table.rows[0]?.present) return
  for (const statement of bootstrapStatements) await run(tx, statement)
}

async function apply(tx: Transaction<unknown>, migration: Migration): Promise<boolean> {
  const found = await sql`select from ofm.migration where name = ${migration.name}`.execute(tx)
  if (found.rows.length > 0) return false
  for (const statement of migration.statements) await run(tx, statement)
  await sql`insert into ofm.migration (name) values (${migration.name})`.execute(tx)
  return true
}

async function run(tx: Transaction<unknown>, statement: string): Promise<void> {
  await sql.raw(statement).execute(tx)
}
