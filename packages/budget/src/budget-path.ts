/** The names of all levels of a path, the root first: `agency`, `agency/ada`. */
export function levelsOf(budget: string): readonly string[] {
  const names = budget.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

/** Null for a root. */
export function parentOf(budget: string): string | null {
  const end = budget.lastIndexOf('/')
  return end < 0 ? null : budget.slice(0, end)
}
