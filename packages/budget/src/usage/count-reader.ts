import { readPath } from './read-path.ts'

/** Reads counts from a provider's object, and notes what is wrong with them. */
export interface CountReader {
  /** The whole number at the path; null when it is missing, which is not zero. A bad one is noted and taken as missing. */
  count(...path: readonly string[]): bigint | null
  /** The first of the paths that has a number. */
  countFirst(...paths: readonly (readonly string[])[]): bigint | null
  text(...path: readonly string[]): string | null
  list(...path: readonly string[]): readonly CountReader[]
  note(problem: string): void
}

export function createCountReader(raw: unknown, problems: string[]): CountReader {
  const count = (...path: readonly string[]) => {
    const value = readPath(raw, ...path)
    if (value === undefined || value === null) return null
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
    problems.push(`${path.join('.')} is ${JSON.stringify(value)}; it must be a whole number, not below zero.`)
    return null
  }
  return {
    count,
    countFirst: (...paths) => {
      for (const path of paths) {
        const found = count(...path)
        if (found !== null) return found
      }
      return null
    },
    text(...path) {
      const value = readPath(raw, ...path)
      return typeof value === 'string' && value !== '' ? value : null
    },
    list(...path) {
      const value = readPath(raw, ...path)
      return Array.isArray(value) ? value.map((item) => createCountReader(item, problems)) : []
    },
    note: (problem) => problems.push(problem),
  }
}
