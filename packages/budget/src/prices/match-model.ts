import type { CatalogueModel } from './catalogue.ts'

/**
 * Finds the model that a name means: exact names first, then aliases, then patterns, the longest first. A region's prefix (`us.`) and a date
 * (`-2026-03-05`, `-20251001`, `@20251001`) do not matter; other endings do, because `-mini` and `-pro` have prices of their own.
 */
export function createModelMatcher(models: readonly CatalogueModel[]): (name: string) => CatalogueModel | null {
  const named = new Map(models.map((model) => [model.model.toLowerCase(), model]))
  const aliased = new Map(models.flatMap((model) => (model.aliases ?? []).map((alias) => [alias.toLowerCase(), model])))
  const patterns = models
    .flatMap((model) =>
      (model.patterns ?? []).map((pattern) => ({ model, pattern, expression: toExpression(pattern) })),
    )
    .sort((one, other) => other.pattern.length - one.pattern.length)
  return (name) => {
    const candidates = toCandidates(name.toLowerCase())
    // A dated name that is listed itself has a price of its own, also as an alias.
    const exact = findFirst(candidates, (it) => named.get(it) ?? aliased.get(it))
    return exact ?? findFirst(candidates, (it) => patterns.find(({ expression }) => expression.test(it))?.model) ?? null
  }
}

function findFirst<Found>(names: readonly string[], find: (name: string) => Found | undefined): Found | undefined {
  for (const name of names) {
    const found = find(name)
    if (found !== undefined) return found
  }
  return undefined
}

function toCandidates(name: string): readonly string[] {
  const bare = name.replace(/^.*\//, '').replace(/^(us|eu|apac|global|jp|au)\./, '')
  return [name, bare, bare.replace(/(-\d{4}-\d{2}-\d{2}|[-@]\d{8})$/, '')]
}

function toExpression(pattern: string): RegExp {
  const escaped = pattern.toLowerCase().replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*')}$`)
}
