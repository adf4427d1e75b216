export { createMemoryLedgerStore } from './create-memory-ledger-store.ts'
