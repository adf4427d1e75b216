import type { CostOrigin } from './budget-match.ts'
import type { PeriodRow } from './ledger-store.ts'

/** From which budgets work goes on while the store is away, as this process saw their levels last. */
export interface OpenPaths {
  note(tenant: string, path: PaidPath, levels: readonly PeriodRow[]): void
  /** False also for a path that was never seen. */
  isOpen(tenant: string, path: PaidPath): boolean
}

export interface PaidPath extends CostOrigin {
  readonly budget: string
}

const seenMax = 10_000

export function createOpenPaths(): OpenPaths {
  const open = new Set<string>()
  const toKey = (tenant: string, { budget, vendor, meters }: PaidPath) =>
    JSON.stringify([tenant, budget, vendor, ...meters])
  return {
    note(tenant, path, levels) {
      const isOpen = isOpenPath(levels)
      if (!isOpen && open.size === 0) return
      if (open.size >= seenMax) open.clear()
      if (isOpen) open.add(toKey(tenant, path))
      else open.delete(toKey(tenant, path))
    },
    isOpen: (tenant, path) => open.has(toKey(tenant, path)),
  }
}

/** Somebody said so, and no level could refuse that did not. */
function isOpenPath(levels: readonly PeriodRow[]): boolean {
  return (
    levels.some(({ whileAway }) => whileAway === 'open') &&
    levels.every(
      ({ state, whileAway, limitNanos, enforcement }) =>
        state === 'open' && (whileAway === 'open' || limitNanos === null || enforcement === 'soft'),
    )
  )
}
