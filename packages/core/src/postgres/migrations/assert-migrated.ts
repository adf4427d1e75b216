import { sql } from 'kysely'
import { SocialError } from '../../social-error.ts'
import type { Database } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { migrations } from './migrations.ts'

/**
 * Passes on this release's schema and on a newer one.
 *
 * @throws {SocialError} `schema_missing`, `schema_outdated`, `role_missing`.
 */
export async function assertMigrated(database: Database): Promise<void> {
  const applied = await readApplied(database)
  const missing = migrations.filter(({ name }) => !applied.includes(name)).map(({ name }) => name)
  if (missing.length > 0) {
    throw new SocialError(
      'schema_outdated',
      `The schema "ofm" lacks ${missing.join(', ')}. Call migrate(), or run migrationSql().`,
    )
  }
  const { bypassesRowSecurity, mayBecomeApp } = await database.readLogin()
  if (bypassesRowSecurity && !mayBecomeApp) {
    throw new SocialError(
      'role_missing',
      'The database login bypasses row security and may not become the role "ofm_app". Call migrate(), run migrationSql(), or use an ordinary login.',
    )
  }
}

async function readApplied(database: Database): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ofm.migration`.execute(database.kysely)
    return rows.map(({ name }) => name)
  } catch (error) {
    // No such table, no such schema, no right to use it.
    if (!isDatabaseError(error, '42P01') && !isDatabaseError(error, '3F000') && !isDatabaseError(error, '42501'))
      throw error
    throw new SocialError(
      'schema_missing',
      'The database has no schema "ofm" for this login. Call migrate(), or run migrationSql({ login }).',
      {
        cause: error,
      },
    )
  }
}
