import { parentOf } from './budget-path.ts'

/** Whose costs a budget counts that watches its parent. Null: any. */
export interface StoredMatch {
  readonly vendor: string | null
  readonly meter: string | null
}

/** Who bills what is paid, and for what: the budgets that watch a path look at it. */
export interface CostOrigin {
  readonly vendor: string | null
  readonly meters: readonly string[]
}

/** What says nothing of who bills it. */
export const unknownOrigin: CostOrigin = { vendor: null, meters: [] }

function isMatch({ vendor, meter }: StoredMatch, origin: CostOrigin): boolean {
  return (vendor === null || vendor === origin.vendor) && (meter === null || origin.meters.includes(meter))
}

interface Level {
  readonly budget: string
  readonly match: StoredMatch | null
}

/** All periods in which a cost counts: each level, the root first, and right after it the budgets that watch it and match. */
export function withWatching<Row extends Level>(
  levels: readonly Row[],
  watching: readonly Row[],
  origin: CostOrigin,
): readonly Row[] {
  if (watching.length === 0) return levels
  const own = new Set(levels.map(({ budget }) => budget))
  const counted = watching
    .filter(({ budget, match }) => match && !own.has(budget) && isMatch(match, origin))
    .toSorted((one, other) => (one.budget < other.budget ? -1 : 1))
  return levels.flatMap((level) => [level, ...counted.filter(({ budget }) => parentOf(budget) === level.budget)])
}
