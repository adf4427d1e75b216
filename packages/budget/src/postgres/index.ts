export { createPostgresLedgerStore, type LedgerPool } from './create-postgres-ledger-store.ts'
