import { PGlite } from '@electric-sql/pglite'
import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import pg from 'pg'
import { type Load, runLoad, setBudgets } from './budget-load.ts'

/** Null: asks whether the books hold. */
export interface ClientTask {
  readonly load: Load | null
}

/** A client of the ledger in a process of its own: says what budgets there are, runs the loads that it is sent, and answers what each did. */
const { BENCH_DATABASE_URL: url, BENCH_AGENCIES: agencies } = process.env
const source = url ? { pool: new pg.Pool({ connectionString: url, max: 4 }) } : { pglite: await PGlite.create() }
const ledger = createLedger({ store: createPostgresLedgerStore(source) })
if (!url) await ledger.migrate()

process.on('message', async ({ load }: ClientTask) => {
  process.send?.(load === null ? await ledger.checkLedger() : await runLoad(ledger, load))
})
process.send?.(agencies ? await setBudgets(ledger, Number(agencies)) : [])
