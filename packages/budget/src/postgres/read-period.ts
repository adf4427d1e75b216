import { unknownOrigin } from '../budget-match.ts'
import type { StoreAnswer, WatchedPeriodRow } from '../ledger-store.ts'
import { type PeriodAnswer, toPeriods } from './answers.ts'
import type { LedgerDatabase } from './ledger-database.ts'

/** The period that holds a moment, or the present one; its sums and whether they may move, as they were at one moment. */
export async function readPeriod(
  { database, paths }: LedgerDatabase,
  tenant: string,
  { budget, at }: { readonly budget: string; readonly at: number | null },
): Promise<StoreAnswer<WatchedPeriodRow>> {
  const path = await paths.readLevels(tenant, budget, unknownOrigin)
  if ('status' in path) return path
  const present = path.levels.at(-1)?.periodId
  const { periods, provisional } = (await database.call('read_period', tenant, budget, at, present)) as PeriodAnswer
  const [period] = toPeriods(periods).values()
  if (period) return { status: 'done', row: { ...period, provisional } }
  // The present period was found before.
  return at === null ? { status: 'unknown_budget', budget } : { status: 'unknown_period', budget, at }
}
