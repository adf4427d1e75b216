import type { LedgerStore } from '../ledger-store.ts'

/** Keeps budgets and entries in this process: for tests and trials. */
export declare function createMemoryLedgerStore(): LedgerStore
