import type * as z from 'zod'
import { describeIssue, isMissing, type Verdict } from './describe-issue.ts'
import { findUnstorable } from './find-unstorable.ts'
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
    const invalid = (result.error?.issues ?? []).flatMap((issue) => toItems(issue, place))
    const items = findUnstorable(given[place]).map((keys) => toItem(place, keys, unstorable))
    const isNamed = ({ pointer }: ProblemItem) => invalid.some((item) => item.pointer === pointer)
    errors.push(...invalid, ...items.filter((item) => !isNamed(item)))
    return result.data
  }
  const values = { path: parse('path'), query: parse('query'), body: parse('body') }
  if (errors.length === 0) return { values }
  throw new HttpProblem('invalid_input', errors.map(({ message }) => message).join(' '), { errors })
}

const unstorable: Verdict = {
  code: 'invalid',
  verdict: 'holds NUL or half of a character, such as a cut through an emoji leaves.',
}

function toItems(issue: Issue, place: Place, parents: readonly PropertyKey[] = []): ProblemItem[] {
  const keys = [...parents, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      toItem(place, [...keys, key], { code: 'unknown_field', verdict: 'is not a known field.' }),
    )
  }
  if (issue.code === 'invalid_union' && !isMissing(issue)) {
    const missing = listAlternatives(issue.errors)
    if (missing) return [toItem(place, keys, { code: 'missing', verdict: `must have one of: ${missing.join(', ')}.` })]
    const branch = closestBranch(issue.errors)
    if (branch) return branch.flatMap((inner) => toItems(inner, place, keys))
  }
  return [toItem(place, keys, describeIssue(issue))]
}

/** Of a union of which no alternative was begun: the field that each begins with. */
function listAlternatives(branches: readonly (readonly Issue[])[]): readonly string[] | undefined {
  const names = branches.flatMap(([first, ...others]) =>
    first && others.length === 0 && isMissing(first) ? [first.path.join('/')] : [],
  )
  return names.length === branches.length && new Set(names).size === names.length ? names : undefined
}

/** Of a union, what the caller most likely meant: the alternative that took the value's type and found least. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => !issues.some((issue) => issue.path.length === 0 && isWrongType(issue)))
  return fitting.toSorted((one, other) => one.length - other.length)[0]
}

function isWrongType({ code }: Issue): boolean {
  return code === 'invalid_type'
}

function toItem(place: Place, keys: readonly PropertyKey[], { code, verdict }: Verdict): ProblemItem {
  const names = keys.map(String)
  const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const name = names.join('/') || `The ${place}`
  return { pointer: place === 'body' ? pointer : `${place}:${pointer}`, code, message: `${name} ${verdict}` }
}
