import type { Ledger } from './ledger.ts'
import type { LedgerStore } from './ledger-store.ts'

/** Makes a ledger on a store. */
export declare function createLedger(options: { readonly store: LedgerStore }): Ledger
