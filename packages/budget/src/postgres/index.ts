export { createPostgresLedgerStore, type PostgresLedgerStoreOptions } from './create-postgres-ledger-store.ts'
export type { LedgerPglite, LedgerPool } from './database.ts'
