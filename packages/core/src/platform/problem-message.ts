import type { PostProblem } from './post-problem.ts'

type Write = (problem: PostProblem, displayName: string) => string

const bounds = ({ limit, actual }: PostProblem): { readonly limit: string; readonly actual: string } => ({
  limit: limit === undefined ? 'less' : formatValue(limit),
  actual: actual === undefined ? 'more' : formatValue(actual),
})

const messages: Readonly<Record<string, Write>> = {
  too_long: (problem, name) =>
    `${capital(problem.path)} has ${bounds(problem).actual}; ${name} allows ${bounds(problem).limit}.`,
  too_short: (problem, name) =>
    `${capital(problem.path)} has ${bounds(problem).actual}; ${name} wants at least ${bounds(problem).limit}.`,
  too_many: (problem, name) =>
    `${capital(problem.path)} has ${bounds(problem).actual}; ${name} takes ${bounds(problem).limit}.`,
  too_large: (problem, name) =>
    `${capital(problem.path)} has ${bounds(problem).actual}; ${name} takes at most ${bounds(problem).limit}.`,
  missing: (problem, name) => `${capital(problem.path)} is missing; ${name} needs it.`,
  empty: (problem, name) => `${capital(problem.path)} is empty: ${name} needs text or an asset.`,
  not_supported: (problem, name) => `${name} cannot do this: ${problem.path}.`,
}

/** A sentence for people, made of code, limit, actual value and the platform's name. */
export function writeProblemMessage(problem: PostProblem, displayName: string): string {
  if (problem.message) return problem.message
  const write = messages[problem.code]
  if (write) return write(problem, displayName)
  const words = problem.code.replaceAll('_', ' ')
  const actual = problem.actual === undefined ? '' : ` (${formatValue(problem.actual)})`
  const limit = problem.limit === undefined ? '' : `; the limit is ${formatValue(problem.limit)}`
  const allowed = problem.allowed ? `; allowed: ${problem.allowed.join(', ')}` : ''
  return `${displayName}: ${problem.path} ${words}${actual}${limit}${allowed}.`
}

const capital = (path: string): string => path.charAt(0).toUpperCase() + path.slice(1)
const formatValue = (value: number | string): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : value
