import { createDatabase, type Database, type DatabaseSource } from '../database.ts'
import { migrate } from '../migrations/migrate.ts'
import { installTestClock, type TestClock } from './test-clock.ts'

/** The moment at which the clock of a test stands first. */
export const testStart = 1_800_000_000_000

/** Migrates an empty database and stops its clock. */
export async function openTestStore(
  source: DatabaseSource,
): Promise<{ readonly database: Database; readonly clock: TestClock }> {
  const database = createDatabase(source)
  await migrate(database)
  return { database, clock: await installTestClock(database, testStart) }
}
