import { BudgetError } from '../../budget-error.ts'
import type { Database } from '../database.ts'
import { missing, sqlStateOf, toStoreError } from '../database-error.ts'
import { migrations } from './migrations.ts'

/**
 * Passes on this release's schema and on a newer one.
 *
 * @throws {BudgetError} `schema_missing`, `schema_outdated`, `role_missing`.
 */
export async function assertMigrated(database: Database): Promise<void> {
  const applied = await readApplied(database)
  const absent = migrations.filter(({ name }) => !applied.includes(name)).map(({ name }) => name)
  if (absent.length > 0) {
    throw new BudgetError(
      'schema_outdated',
      `The schema "ofm_budget" lacks ${absent.join(', ')}. Call migrate(), or run migrationSql().`,
    )
  }
  const { bypassesRowSecurity, mayBecomeApp } = await database.readLogin()
  if (bypassesRowSecurity && !mayBecomeApp) {
    throw new BudgetError(
      'role_missing',
      'The database login bypasses row security and may not become the role "ofm_budget_app". Call migrate(), run migrationSql(), or use an ordinary login.',
    )
  }
}

async function readApplied(database: Database): Promise<readonly unknown[]> {
  try {
    const { rows } = await database.transaction((connection) =>
      connection.query('select name from ofm_budget.migration'),
    )
    return rows.map((row) => (typeof row === 'object' && row !== null && 'name' in row ? row.name : undefined))
  } catch (error) {
    const state = sqlStateOf(error)
    if (state === undefined || !missing.includes(state)) throw toStoreError(error)
    throw new BudgetError(
      'schema_missing',
      'The database has no schema "ofm_budget" for this login. Call migrate(), or run migrationSql({ login }).',
      { cause: error },
    )
  }
}
