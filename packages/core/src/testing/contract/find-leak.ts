import { inspect } from 'node:util'

/** The first secret that a log of this value would show: in messages, causes, hidden members, query strings. */
export function findLeak(value: unknown, secrets: Iterable<string>): string | undefined {
  const text = inspect(value, {
    depth: 12,
    showHidden: true,
    maxStringLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 1000,
    breakLength: Number.POSITIVE_INFINITY,
  })
  for (const secret of secrets) {
    if (text.includes(secret) || text.includes(encodeURIComponent(secret))) return secret
  }
  return undefined
}
