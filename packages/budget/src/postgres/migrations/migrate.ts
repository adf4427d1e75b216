import { BudgetError } from '../../budget-error.ts'
import type { Database, LedgerConnection } from '../database.ts'
import { sqlStateOf, toStoreError } from '../database-error.ts'
import { bootstrapStatements, roleStatement } from './bootstrap.ts'
import type { Migration } from './migration.ts'
import { migrations } from './migrations.ts'

/** Held while a step of the schema runs, so that two processes may start at once. Arbitrary; never changed. */
const lockKey = 7_102_938_476

/** Brings the schema up to date. */
export async function migrate(database: Database): Promise<void> {
  try {
    await exclusively(database, bootstrap)
    for (const migration of migrations) await exclusively(database, (connection) => apply(connection, migration))
    await exclusively(database, (connection) => run(connection, roleStatement('current_user')))
    database.forgetLogin()
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw toStoreError(error)
    throw new BudgetError(
      'schema_missing',
      `The database login may not create or change the schema "ofm_budget": ${error instanceof Error ? error.message : ''}. Let an administrator run the SQL that migrationSql({ login }) returns, or grant the login CREATE on the database.`,
      { cause: error },
    )
  }
}

function exclusively(database: Database, work: (connection: LedgerConnection) => Promise<void>): Promise<void> {
  return database.transaction(async (connection) => {
    await connection.query('select pg_advisory_xact_lock($1)', [lockKey])
    await work(connection)
  })
}

async function bootstrap(connection: LedgerConnection): Promise<void> {
  // Asked first: `create schema if not exists` needs the right to create one even when it exists.
  const schema = await connection.query("select where to_regnamespace('ofm_budget') is not null")
  if (schema.rows.length === 0) await run(connection, 'create schema ofm_budget')
  const table = await connection.query("select where to_regclass('ofm_budget.migration') is not null")
  if (table.rows.length > 0) return
  for (const statement of bootstrapStatements) await run(connection, statement)
}

async function apply(connection: LedgerConnection, { name, statements }: Migration): Promise<void> {
  const found = await connection.query('select from ofm_budget.migration where name = $1', [name])
  if (found.rows.length > 0) return
  for (const statement of statements) await run(connection, statement)
  await connection.query('insert into ofm_budget.migration (name) values ($1)', [name])
}

async function run(connection: LedgerConnection, statement: string): Promise<void> {
  await connection.query(statement)
}
