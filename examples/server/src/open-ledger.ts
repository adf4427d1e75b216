import type { Ledger } from '@ofm-social/budget'
import type { PostgresLedgerStoreOptions } from '@ofm-social/budget/postgres'

/** The ledger of the server's database. */
export interface LedgerAccess {
  /** Loads and migrates it the first time: a server without budgets never does. */
  open(): Promise<Ledger>
  /** Ends what has expired, where the ledger is open. */
  sweepAll(): Promise<void>
  close(): Promise<void>
}

export function createLedgerAccess(source: PostgresLedgerStoreOptions): LedgerAccess {
  let opened: Promise<Ledger> | undefined
  return {
    open() {
      opened ??= load(source).catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
    async sweepAll() {
      await (await opened)?.sweepAll()
    },
    close: async () => (await opened)?.close(),
  }
}

async function load(source: PostgresLedgerStoreOptions): Promise<Ledger> {
  const [{ createLedger }, { createPostgresLedgerStore }] = await Promise.all([
    import('@ofm-social/budget'),
    import('@ofm-social/budget/postgres'),
  ])
  const ledger = createLedger({ store: createPostgresLedgerStore(source) })
  await ledger.migrate()
  return ledger
}
