import type * as z from 'zod'
import { findUnstorable } from './find-unstorable.ts'
import { type InputProblem, SocialError } from './social-error.ts'

type Issue = z.core.$ZodIssue

/**
 * Reads what a caller handed in. Problems of a refinement carry their code as `params: { code }`.
 *
 * @throws {SocialError} `invalid_input` with all problems at once. Values never appear in a message: they may be secrets.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true })
  const invalid = (result.error?.issues ?? []).flatMap((issue) => toProblems(issue, []))
  const isNamed = (path: string) => invalid.some((problem) => problem.path === path)
  const unstorable = findUnstorable(input).filter((path) => !isNamed(path))
  if (result.success && unstorable.length === 0) return result.data
  const problems = [...invalid, ...unstorable.map(toUnstorable)]
  throw new SocialError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
}

function toUnstorable(path: string): InputProblem {
  const field = path || 'The input'
  const message = `${field} holds NUL or half of a character, such as a cut through an emoji leaves.`
  return { path, code: 'invalid', message }
}

function toProblems(issue: Issue, parents: readonly PropertyKey[]): readonly InputProblem[] {
  const keys = [...parents, ...issue.path]
  const path = keys.map(String).join('/')
  const field = path || 'The input'
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const full = [...keys, key].map(String).join('/')
        return { path: full, code: 'unknown_field', message: `${full} is not a known field.` }
      })
    case 'invalid_union': {
      const branch = closestBranch(issue.errors)
      if (branch) return branch.flatMap((inner) => toProblems(inner, keys))
      return [{ path, code: 'invalid', message: `${field} has none of the forms that are allowed.` }]
    }
    case 'invalid_type':
      return issue.input === undefined
        ? [{ path, code: 'missing', message: `${field} is missing.` }]
        : [
            {
              path,
              code: 'wrong_type',
              message: `${field} must be ${nameType(issue.expected)}, not ${typeOf(issue.input)}.`,
            },
          ]
    case 'too_small':
      return [{ path, code: isSized(issue.origin) ? 'too_short' : 'too_small', message: toLimitSentence(field, issue) }]
    case 'too_big':
      return [{ path, code: isSized(issue.origin) ? 'too_long' : 'too_big', message: toLimitSentence(field, issue) }]
    case 'invalid_value':
      return [
        { path, code: 'not_allowed', message: `${field} must be one of: ${issue.values.map(String).join(', ')}.` },
      ]
    case 'custom': {
      const code: unknown = issue.params?.code
      return [{ path, code: typeof code === 'string' ? code : 'invalid', message: issue.message }]
    }
    default:
      return [{ path, code: 'invalid', message: `${field} is not valid: ${issue.message}.` }]
  }
}

/** Of a union, the alternative that the caller most likely meant: the one that accepted the value's type and has the fewest problems. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  )
  return fitting.toSorted((one, other) => one.length - other.length)[0]
}

function toLimitSentence(field: string, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const { input } = issue
  const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`
  const verdict = issue.code === 'too_small' ? 'needed' : 'allowed'
  if (typeof input === 'string') return `${field} has ${input.length} characters; ${limit} are ${verdict}.`
  if (Array.isArray(input)) return `${field} has ${input.length} items; ${limit} are ${verdict}.`
  return `${field} is ${String(input)}; it must be ${limit}.`
}

function isSized(origin: string): boolean {
  return origin === 'string' || origin === 'array' || origin === 'set' || origin === 'map'
}

function nameType(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    array: 'a list',
    date: 'a Date',
    int: 'a whole number',
  }
  return names[expected] ?? (/^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`)
}

function typeOf(input: unknown): string {
  if (input === null) return 'null'
  if (input instanceof Date) return 'an invalid Date'
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'string' ? 'text' : nameType(typeof input)
}
