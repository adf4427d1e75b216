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
  /** The same from memory where it is known. Amounts are as old as the memory; ids and currencies never change. */
  recall(tenant: string, budget: string): Promise<readonly PeriodRow[] | StoreRefusal>
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

  const readPath = async (tenant: string, budget: string) => {
    const names = levelsOf(budget)
    const { now, rows } = await resolve(tenant, names)
    const unknown = names.find((name) => !rows.has(name))
    const refusal: StoreRefusal | undefined =
      unknown === undefined ? undefined : { status: 'unknown_budget', budget: unknown }
    return { now, path: refusal ?? names.flatMap((name) => rows.get(name) ?? []) }
  }

  return {
    resolve,
    readLevels: async (tenant, budget) => (await readPath(tenant, budget)).path,
    async recall(tenant, budget) {
      const known = remembered.get(toKey(tenant, budget))
      if (known) return known
      const { now, path } = await readPath(tenant, budget)
      if ('status' in path) return path
      const refusal = findRefusal(path, 0n, now)
      if (refusal) return refusal
      if (remembered.size >= rememberedMax) remembered.clear()
      remembered.set(toKey(tenant, budget), path)
      return path
    },
    forget(tenant, budget) {
      remembered.delete(toKey(tenant, budget))
    },
  }
}

/** A closed budget and a campaign begin none after their last. */
function needsPeriod({ periodId, endsAt, state, rule }: ResolveAnswer['levels'][number], now: number): boolean {
  if (periodId === null) return true
  return endsAt !== null && endsAt <= now && state !== 'closed' && rule.kind !== 'range'
}
