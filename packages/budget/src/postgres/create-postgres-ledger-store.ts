import type { LedgerStore } from '../ledger-store.ts'

/** The part of a `pg.Pool` that is needed. It is the host's: never ended here. */
export interface LedgerPool {
  connect(): Promise<{
    query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
    release(error?: Error | boolean): void
  }>
}

/** Keeps budgets and entries in a schema of their own in the host's PostgreSQL. */
export declare function createPostgresLedgerStore(options: { readonly pool: LedgerPool }): LedgerStore
