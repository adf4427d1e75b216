import type * as z from 'zod'
import { HttpProblem, type ProblemItem } from './problem.ts'

type Issue = z.core.$ZodIssue
/** Where in the request a value stands. */
export type Place = 'path' | 'query' | 'body'

interface Parsed {
  readonly values: Readonly<Record<Place, unknown>>
}

/**
 * Checks path, query and body against their schemas.
 *
 * @throws {HttpProblem} `invalid_input` with everything that is wrong in all three. Values are not repeated: they may be secrets.
 */
export function parseRequest(
  schemas: Readonly<Record<Place, z.ZodType | undefined>>,
  given: Readonly<Record<Place, unknown>>,
): Parsed {
  const errors: ProblemItem[] = []
  const parse = (place: Place): unknown => {
    const schema = schemas[place]
    if (!schema) return undefined
    const result = schema.safeParse(given[place], { reportInput: true })
    if (result.success) return result.data
    errors.push(...result.error.issues.flatMap((issue) => toItems(issue, place)))
    return undefined
  }
  const values = { path: parse('path'), query: parse('query'), body: parse('body') }
  if (errors.length === 0) return { values }
  throw new HttpProblem('invalid_input', errors.map(({ message }) => message).join(' '), { errors })
}

function toItems(issue: Issue, place: Place, parents: readonly PropertyKey[] = []): ProblemItem[] {
  const keys = [...parents, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => toItem(place, [...keys, key], 'unknown_field', 'is not a known field.'))
  }
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue.errors)
    if (branch) return branch.flatMap((inner) => toItems(inner, place, keys))
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) return [toItem(place, keys, 'missing', 'is missing.')]
  return [toItem(place, keys, codes[issue.code] ?? 'invalid', `is not valid: ${issue.message}.`)]
}

const codes: Readonly<Record<string, string>> = {
  invalid_type: 'wrong_type',
  invalid_value: 'not_allowed',
  too_big: 'too_big',
  too_small: 'too_small',
}

/** Of a union, what the caller most likely meant: the alternative that took the value's type and found least. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((issue) => issue.path.length === 0 && isWrongType(issue)))
  return fitting.toSorted((one, other) => one.length - other.length)[0]
}

function isWrongType({ code }: Issue): boolean {
  return code === 'invalid_type'
}

function toItem(place: Place, keys: readonly PropertyKey[], code: string, verdict: string): ProblemItem {
  const names = keys.map(String)
  const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const name = names.join('/') || `The ${place}`
  return { pointer: place === 'body' ? pointer : `${place}:${pointer}`, code, message: `${name} ${verdict}` }
}
