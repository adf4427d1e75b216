import { BudgetError } from '../budget-error.ts'
import { type CostOrigin, withWatching } from '../budget-match.ts'
import { levelsOf, parentOf } from '../budget-path.ts'
import type { LevelsRow, StoreRefusal } from '../ledger-store.ts'
import { isFollowed, periodAt } from '../period.ts'
import { findRefusal } from '../refusal.ts'
import { type PeriodsById, type ResolveAnswer, type StoredPeriod, toPeriods } from './answers.ts'
import type { Database } from './database.ts'

/** Which period rows a budget's path is made of now. */
export interface Paths {
  /** The present period of each budget that exists, by name; begun where it is not. */
  resolve(tenant: string, names: readonly string[]): Promise<ReadonlyMap<string, StoredPeriod>>
  /** All levels of a path, the root first, and who watches them for this origin; as they are in the database. */
  readLevels(tenant: string, budget: string, origin: CostOrigin): Promise<StoredLevels | StoreRefusal>
  /** Many paths by name, from memory where they are known. Amounts are as old as the memory; ids and currencies never change. */
  recall(tenant: string, budgets: readonly string[]): Promise<ReadonlyMap<string, KnownPath | StoreRefusal>>
  /** After the database said that a period is over, or that others watch it. */
  forget(tenant: string, budget: string): void
}

export interface StoredLevels extends LevelsRow {
  readonly levels: readonly StoredPeriod[]
}

export interface KnownPath {
  readonly levels: readonly StoredPeriod[]
  /** Budgets that watch a level, for whatever origin. */
  readonly watching: readonly StoredPeriod[]
  /** When it was read. Null: it is remembered, and reserved then. */
  readonly readAt: number | null
}

const roundsMax = 5
const rememberedMax = 10_000

export function createPaths(database: Database): Paths {
  const remembered = new Map<string, KnownPath>()
  const toKey = (tenant: string, budget: string) => JSON.stringify([tenant, budget])

  const resolve = async (tenant: string, names: readonly string[], watched: readonly string[]) => {
    for (let round = 0; round < roundsMax; round += 1) {
      const answer = (await database.call('resolve', tenant, [...names], [...watched])) as ResolveAnswer
      const { now, levels, periods, falls } = answer
      const toBegin = levels.filter((level) => needsPeriod(level, now))
      if (toBegin.length === 0) return { now, rows: byName(toPeriods(periods, falls)) }
      for (const level of toBegin) {
        const { startsAt, endsAt } = periodAt({ ...level, lastEndsAt: level.endsAt }, now)
        await database.call('begin_period', tenant, level.budget, JSON.stringify(level.rule), startsAt, endsAt)
      }
    }
    throw new BudgetError('unavailable', `No present period could be begun for ${names.join(', ')}.`)
  }

  const readPaths = async (tenant: string, budgets: readonly string[]) => {
    const names = [...new Set(budgets.flatMap(levelsOf))]
    const { now, rows } = await resolve(tenant, names, names)
    return { now, found: new Map(budgets.map((budget) => [budget, toKnownPath(budget, rows, now)])) }
  }

  return {
    resolve: async (tenant, names) => (await resolve(tenant, names, [])).rows,
    async readLevels(tenant, budget, origin) {
      const { now, found } = await readPaths(tenant, [budget])
      const path = found.get(budget) ?? { status: 'unknown_budget' as const, budget }
      return 'status' in path ? path : { levels: withWatching(path.levels, path.watching, origin), now }
    },
    async recall(tenant, budgets) {
      const paths = new Map<string, KnownPath | StoreRefusal>()
      for (const budget of budgets) {
        const known = remembered.get(toKey(tenant, budget))
        if (known) paths.set(budget, known)
      }
      const unknown = [...new Set(budgets)].filter((budget) => !paths.has(budget))
      if (unknown.length === 0) return paths
      const { now, found } = await readPaths(tenant, unknown)
      if (remembered.size + found.size > rememberedMax) remembered.clear()
      for (const [budget, path] of found) {
        paths.set(budget, path)
        if ('status' in path || findRefusal([...path.levels, ...path.watching], 0n, now)) continue
        remembered.set(toKey(tenant, budget), { ...path, readAt: null })
      }
      return paths
    },
    forget(tenant, budget) {
      remembered.delete(toKey(tenant, budget))
    },
  }
}

/** What the database must find as it was; null: no budget watches another. */
export function toVersions(path: readonly StoredPeriod[]): readonly number[] | null {
  return path.some(({ matchVersion }) => matchVersion > 0) ? path.map(({ matchVersion }) => matchVersion) : null
}

function byName(periods: PeriodsById): ReadonlyMap<string, StoredPeriod> {
  return new Map([...periods.values()].map((period) => [period.budget, period]))
}

function toKnownPath(budget: string, rows: ReadonlyMap<string, StoredPeriod>, now: number): KnownPath | StoreRefusal {
  const names = levelsOf(budget)
  const unknown = names.find((name) => !rows.has(name))
  if (unknown !== undefined) return { status: 'unknown_budget', budget: unknown }
  const levels = names.flatMap((name) => rows.get(name) ?? [])
  const watching = [...rows.values()].filter(({ budget: name, match }) => match && names.includes(parentOf(name) ?? ''))
  return { levels, watching, readAt: now }
}

/** A closed budget and a campaign begin none after their last. */
function needsPeriod(level: ResolveAnswer['levels'][number], now: number): boolean {
  const { periodId, endsAt, state, rule } = level
  if (periodId === null) return true
  return endsAt !== null && endsAt <= now && state !== 'closed' && isFollowed(rule, level)
}
