import type { Database } from './database.ts'
import type { Paths } from './paths.ts'

/** The database of a ledger, and what is known of its paths. */
export interface LedgerDatabase {
  readonly database: Database
  readonly paths: Paths
}
