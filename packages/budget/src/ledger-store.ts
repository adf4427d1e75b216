/** Where a ledger keeps its entries. Made by `@ofm-social/budget/postgres`; opaque to apps. */
export interface LedgerStore {
  readonly kind: 'ofm-ledger-store'
}
