import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import pg from 'pg'
import { type Load, runPairs } from './budget-load.ts'

/** One of several processes on the same budgets: says that it is ready, runs the load that it is sent, and answers what that did. */
const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE_URL, max: 4 })
const ledger = createLedger({ store: createPostgresLedgerStore({ pool }) })

process.on('message', async (load: Load) => process.send?.(await runPairs(ledger, load)))
await runPairs(ledger, { inFlight: 8, forMs: 200, budgets: ['a0/c0/k0'] })
process.send?.('ready')
