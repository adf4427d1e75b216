import { nameError } from '../publishing/name-error.ts'
import { spendingOf } from './attempt-spending.ts'
import { toUsdMoney } from './money.ts'
import { type Settlement, toSettlement } from './settlement.ts'
import type { Spending } from './spending.ts'
import type { SpendingRecord } from './spending-record.ts'
import type { BookedSettlement, DueSpending, SpendingStore } from './spending-store.ts'

const BATCH = 50
/** What fails, or whose process died, comes again after this. */
const LEASE_MS = 60_000
/** While an outcome is unknown its reservation is extended, well before it would expire. */
const EXTEND_EVERY_MS = 1_800_000
const EXTENDED_LIFETIME_MS = 7_200_000
/** Less than the longest wait between two turns. */
const SWEEP_EVERY_MS = 50_000

export interface SettleSpendingDependencies {
  readonly store: SpendingStore
  readonly spending: Spending
  readonly monotonic: () => number
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

/** Extends, settles and releases what is due, until nothing is or the time is over. */
export type SettleSpending = (options: {
  readonly maxMs: number
}) => Promise<{ readonly settled: number; readonly nextDueInMs: number | null }>

/**
 * Brings the ledger in line with what became of attempts. Any process may, at any time, again and again: each word to the ledger is written down before
 * it is said, and says the same when it is repeated. Outcomes never wait for it.
 */
export function createSettleSpending(dependencies: SettleSpendingDependencies): SettleSpending {
  const { store, monotonic, log } = dependencies
  const sweep = createSweepAtTimes(dependencies)
  return async ({ maxMs }) => {
    const end = monotonic() + maxMs
    let settled = 0
    for (;;) {
      const batch = await store.takeDue({ limit: BATCH, leaseMs: LEASE_MS })
      for (const due of batch) {
        try {
          await settleOne(dependencies, due)
          settled += 1
        } catch (error) {
          const { attemptId } = due
          log({ level: 'error', message: 'spending could not be booked yet', attemptId, error: nameError(error) })
        }
      }
      if (batch.length < BATCH || monotonic() >= end) break
    }
    await sweep()
    return { settled, nextDueInMs: await store.nextDueInMs() }
  }
}

/** What processes that died have reserved outside of publications: the ledger knows it, and nobody else does. */
function createSweepAtTimes({ spending, monotonic, log }: SettleSpendingDependencies): () => Promise<void> {
  let sweptAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (monotonic() - sweptAt < SWEEP_EVERY_MS) return
    sweptAt = monotonic()
    try {
      await spending.sweepAll?.()
    } catch (error) {
      log({ level: 'error', message: 'expired reservations could not be ended', error: nameError(error) })
    }
  }
}

async function settleOne(dependencies: SettleSpendingDependencies, due: DueSpending): Promise<void> {
  const { store } = dependencies
  const attempt = await store.readAttempt(due)
  if (!attempt?.spending) return store.finish(due, null)
  const ledger = spendingOf(dependencies.spending, attempt.spending.tenant)
  const settlement = toSettlement(attempt, due.now)
  if (!settlement) {
    await extend(ledger, attempt.spending)
    return store.finish(due, EXTEND_EVERY_MS)
  }
  const told = due.booked
  if (told) await tell(ledger, attempt.spending, due, told)
  const next = toNext(told, settlement)
  if (next) {
    if (!(await store.book(due, next))) return
    await tell(ledger, attempt.spending, due, next)
  }
  await store.finish(due, null)
}

/** Only the word that the write happened after all changes what was told. */
function toNext(told: BookedSettlement | null, settlement: Settlement): BookedSettlement | null {
  if (!told) return { ...settlement, beforeNanos: null }
  if (told.write === 'made' || settlement.write === 'not_made') return null
  return { ...settlement, beforeNanos: told.amountNanos }
}

async function extend(ledger: Spending, { reservation }: SpendingRecord): Promise<void> {
  try {
    await ledger.extend(reservation, { lifetimeMs: EXTENDED_LIFETIME_MS })
  } catch (error) {
    // Nobody was there for hours: it has expired, and is settled late once its outcome is known.
    if (!isCode(error, 'ended', 'unknown_reservation')) throw error
  }
}

async function tell(
  ledger: Spending,
  { reservation, budget }: SpendingRecord,
  due: DueSpending,
  { amountNanos, beforeNanos }: BookedSettlement,
): Promise<void> {
  const record = (id: string, nanos: bigint) =>
    ledger.record({ id, budget, cost: toUsdMoney(nanos), reference: due.publicationId })
  if (beforeNanos !== null && beforeNanos > 0n) {
    await record(`${reservation}/late`, amountNanos - beforeNanos)
    return
  }
  try {
    if (amountNanos > 0n) await ledger.settle(reservation, toUsdMoney(amountNanos))
    else await ledger.release(reservation)
  } catch (error) {
    if (amountNanos === 0n && isCode(error, 'ended', 'unknown_reservation')) return
    if (!isCode(error, 'unknown_reservation')) throw error
    // The ledger was restored from a backup: what it cost is booked all the same.
    await record(reservation, amountNanos)
  }
}

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  codes.includes(error.code)
