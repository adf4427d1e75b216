import { createBatcher } from './batcher.ts'
import { BudgetError } from './budget-error.ts'
import { createIds } from './create-ids.ts'
import { createInputProblems, expectId } from './input-problems.ts'
import type { Ledger } from './ledger.ts'
import { type LedgerHost, nodeHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { LedgerStore } from './ledger-store.ts'
import { createSettlementQueue } from './settlement-queue.ts'
import { createSweeper } from './sweeper.ts'
import { createTenantLedger, type TenantLedgerParts } from './tenant-ledger.ts'

export interface LedgerOptions {
  readonly store: LedgerStore
  /** Whose budgets are meant where no tenant is named. Default `default`. */
  readonly tenant?: string
  /** Operations that may wait; more fail as `overloaded`. As many settlements may wait for a store that is away. Default 10,000. */
  readonly queueMax?: number
  /** Operations of one transaction. 1 switches batching off. Default 256. */
  readonly batchMax?: number
  /** What went wrong behind the callers' backs. Default: a warning of the process. */
  readonly onProblem?: (problem: LedgerProblem) => void
}

/** Makes a ledger on a store. */
export function createLedger(options: LedgerOptions): Ledger {
  return createLedgerOn(options, nodeHost)
}

/** The same, on another machine's clock, chance and timers. */
export function createLedgerOn(options: LedgerOptions, host: LedgerHost): Ledger {
  const { store, tenant = 'default', queueMax = 10_000, batchMax = 256 } = options
  const { onProblem = ({ message }) => host.warn(message) } = options
  let stopped = false
  const limits = { sizeMax: batchMax, queueMax, host }
  const finishing = createBatcher({ ...limits, send: store.finish, repeatAfterMs: [50, 250, 1_000, 5_000, 10_000] })
  const sweeper = createSweeper(store, host, onProblem)
  const parts: TenantLedgerParts = {
    store,
    host,
    createId: createIds(host, 'res'),
    // A settlement must not wait behind reservations near a limit, so there are two queues.
    reserving: createBatcher({ ...limits, send: store.reserve, repeatAfterMs: [50, 250] }),
    finishing,
    sweeper,
    settlements: createSettlementQueue({ finishing, waitingMax: queueMax, host, onProblem }),
    assertOpen() {
      if (stopped) throw new BudgetError('stopped', 'The ledger was closed; it reserves nothing more.')
    },
  }
  return {
    ...createTenantLedger(tenant, parts),
    migrate: () => store.schema.migrate(),
    assertMigrated: () => store.schema.assertMigrated(),
    migrationSql: (sql) => store.schema.migrationSql(sql),
    forTenant(name) {
      assertTenant(name)
      return createTenantLedger(name, parts)
    },
    sweepAll: async () => ({ expired: await sweeper.sweepAll() }),
    async close() {
      stopped = true
      await parts.reserving.drain()
      await parts.settlements.close()
      await finishing.drain()
      await sweeper.close()
    },
  }
}

function assertTenant(name: string): void {
  const problems = createInputProblems()
  expectId(problems, 'tenant', name)
  problems.assertNone()
}
