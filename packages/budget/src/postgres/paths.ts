import { levelsOf } from '../budget-path.ts'
import type { PeriodRow, StoreRefusal } from '../ledger-store.ts'
import { periodAt } from '../period.ts'
import { findRefusal } from '../refusal.ts'
import { type ResolveAnswer, toPeriods } from './answers.ts'
import type { Database } from './database.ts'

/** Which period rows a budget's path is made of now. */
export interface Paths {
  /** The present period of each budget that exists, by name; begun where it is not. */
  resolve(
    tenant: string,
    names: readonly string[],
  ): Promise<{ readonly now: number; readonly rows: ReadonlyMap<string, PeriodRow> }>
  /** All levels of a path, the root first, as they are in the database. */
  readLevels(tenant: string, budget: string): Promise<readonly PeriodRow[] | StoreRefusal>
  /** Many paths by name, from memory where they are known. Amounts are as old as the memory; ids and currencies never change. */
  recall(tenant: string, budgets: readonly string[]): Promise<ReadonlyMap<string, readonly PeriodRow[] | StoreRefusal>>
  /** After the database said that a period is over. */
  forget(tenant: string, budget: string): void
}

const roundsMax = 5
const rememberedMax = 10_000

export function createPaths(database: Database): Paths {
  const remembered = new Map<string, readonly PeriodRow[]>()
  const toKey = (tenant: string, budget: string) => JSON.stringify([tenant, budget])

  const resolve: Paths['resolve'] = async (tenant, names) => {
    for (let round = 0; round < roundsMax; round += 1) {
      const answer = (await database.call('resolve', tenant, [...names])) as ResolveAnswer
      const { now, levels, periods } = answer
      const toBegin = levels.filter((level) => needsPeriod(level, now))
      if (toBegin.length === 0) {
        return { now, rows: new Map([...toPeriods(periods).values()].map((period) => [period.budget, period])) }
      }
      for (const { budget, rule, timeZone, createdAt, endsAt } of toBegin) {
        const bounds = periodAt({ rule, timeZone, createdAt, lastEndsAt: endsAt }, now)
        await database.call('begin_period', tenant, budget, bounds.startsAt, bounds.endsAt)
      }
    }
    throw new Error(`No present period could be begun for ${names.join(', ')}.`)
  }

  const readPaths = async (tenant: string, budgets: readonly string[]) => {
    const { now, rows } = await resolve(tenant, [...new Set(budgets.flatMap(levelsOf))])
    return { now, found: new Map(budgets.map((budget) => [budget, toPath(budget, rows)])) }
  }

  return {
    resolve,
    async readLevels(tenant, budget) {
      const { rows } = await resolve(tenant, levelsOf(budget))
      return toPath(budget, rows)
    },
    async recall(tenant, budgets) {
      const paths = new Map<string, readonly PeriodRow[] | StoreRefusal>()
      for (const budget of budgets) {
        const known = remembered.get(toKey(tenant, budget))
        if (known) paths.set(budget, known)
      }
      const unknown = [...new Set(budgets)].filter((budget) => !paths.has(budget))
      if (unknown.length === 0) return paths
      const { now, found } = await readPaths(tenant, unknown)
      if (remembered.size + found.size > rememberedMax) remembered.clear()
      for (const [budget, path] of found) {
        const refusal = 'status' in path ? path : findRefusal(path, 0n, now)
        paths.set(budget, refusal ?? path)
        if (!refusal && !('status' in path)) remembered.set(toKey(tenant, budget), path)
      }
      return paths
    },
    forget(tenant, budget) {
      remembered.delete(toKey(tenant, budget))
    },
  }
}

function toPath(budget: string, rows: ReadonlyMap<string, PeriodRow>): readonly PeriodRow[] | StoreRefusal {
  const names = levelsOf(budget)
  const unknown = names.find((name) => !rows.has(name))
  return unknown === undefined
    ? names.flatMap((name) => rows.get(name) ?? [])
    : { status: 'unknown_budget', budget: unknown }
}

/** A closed budget and a campaign begin none after their last. */
function needsPeriod({ periodId, endsAt, state, rule }: ResolveAnswer['levels'][number], now: number): boolean {
  if (periodId === null) return true
  return endsAt !== null && endsAt <= now && state !== 'closed' && rule.kind !== 'range'
}
