import { createBatcher } from './batcher.ts'
import { BudgetError } from './budget-error.ts'
import { createConverter } from './convert-items.ts'
import { createIds } from './create-ids.ts'
import type { Fraction } from './fraction.ts'
import { assertId, createInputProblems, expectId } from './input-problems.ts'
import type { Ledger } from './ledger.ts'
import { type LedgerHost, nodeHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { LedgerStore } from './ledger-store.ts'
import { parseDecimal } from './money.ts'
import { createOpenPaths } from './open-paths.ts'
import { createSettlementQueue } from './settlement-queue.ts'
import { createSweeper } from './sweeper.ts'
import { createTenantLedger } from './tenant-ledger.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'

export interface LedgerOptions {
  readonly store: LedgerStore
  /** Whose budgets are meant where no tenant is named. Default `default`. */
  readonly tenant?: string
  /** Operations that may wait; more fail as `overloaded`. As many settlements may wait for a store that is away. Default 10,000. */
  readonly queueMax?: number
  /** Operations of one transaction. 1 switches batching off. Default 256. */
  readonly batchMax?: number
  /** What is reserved in another currency than the budget's is this much more than the day's rate says, as a decimal string. Default `0.03`. */
  readonly conversionMargin?: string
  /** A rate holds until a newer one, at most for so many days: weekends and holidays have none. Default 7. */
  readonly rateAgeDaysMax?: number
  /** What went wrong behind the callers' backs. Default: a warning of the process. */
  readonly onProblem?: (problem: LedgerProblem) => void
}

/** Makes a ledger on a store. */
export function createLedger(options: LedgerOptions): Ledger {
  return createLedgerOn(options, nodeHost)
}

/** The same, on another machine's clock, chance and timers. */
export function createLedgerOn(options: LedgerOptions, host: LedgerHost): Ledger {
  const { store, onProblem = ({ message }) => host.warn(message) } = options
  const { tenant, queueMax, batchMax, ...conversion } = parseOptions(options)
  let stopped = false
  const limits = { sizeMax: batchMax, queueMax, host }
  const finishing = createBatcher({ ...limits, send: store.finish, repeatAfterMs: [50, 250, 1_000, 5_000, 10_000] })
  const reserving = createBatcher({ ...limits, send: store.reserve, repeatAfterMs: [50, 250] })
  const convert = createConverter({ store, ...conversion })
  const finishConverted: TenantLedgerParts['finishing'] = {
    push: (name, item) => convert.finish(name, item, (one) => finishing.push(name, one)),
  }
  const sweeper = createSweeper(store, host, onProblem)
  const parts: TenantLedgerParts = {
    store,
    host,
    createId: createIds(host, 'res'),
    // A settlement must not wait behind reservations near a limit, so there are two queues.
    reserving: {
      push: (name, item, signal) => convert.reserve(name, item, (one) => reserving.push(name, one, signal)),
    },
    finishing: finishConverted,
    convert,
    sweeper,
    openPaths: createOpenPaths(),
    onProblem,
    settlements: createSettlementQueue({ finishing: finishConverted, waitingMax: queueMax, host, onProblem }),
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
      assertId('tenant', name)
      return createTenantLedger(name, parts)
    },
    sweepAll: async () => ({ expired: await sweeper.sweepAll() }),
    async close() {
      stopped = true
      await reserving.drain()
      await parts.settlements.close()
      await finishing.drain()
      await sweeper.close()
    },
  }
}

interface ParsedOptions {
  readonly tenant: string
  readonly queueMax: number
  readonly batchMax: number
  /** What is reserved beside the rate, as what it is multiplied with: 1.03. */
  readonly margin: Fraction
  readonly rateAgeDaysMax: number
}

/** The options with their defaults; all that is wrong with them at once. */
function parseOptions({
  tenant = 'default',
  queueMax = 10_000,
  batchMax = 256,
  conversionMargin = '0.03',
  rateAgeDaysMax = 7,
}: LedgerOptions): ParsedOptions {
  const problems = createInputProblems()
  expectId(problems, 'tenant', tenant)
  for (const [path, value] of Object.entries({ queueMax, batchMax })) {
    const whole = Number.isSafeInteger(value) && value >= 1
    problems.expect(whole, path, `is ${value}; it must be a whole number from 1.`)
  }
  const good = typeof conversionMargin === 'string' && /^\d(\.\d{1,9})?$/.test(conversionMargin)
  problems.expect(good, 'conversionMargin', `is ${conversionMargin}; it must be a decimal string such as '0.03'.`)
  const days = Number.isSafeInteger(rateAgeDaysMax) && rateAgeDaysMax >= 0 && rateAgeDaysMax <= 366
  problems.expect(days, 'rateAgeDaysMax', `is ${rateAgeDaysMax}; it must be whole days from 0 to 366.`)
  problems.assertNone()
  const { digits, decimals } = parseDecimal(conversionMargin)
  const denominator = 10n ** BigInt(decimals)
  return { tenant, queueMax, batchMax, margin: { numerator: denominator + digits, denominator }, rateAgeDaysMax }
}
