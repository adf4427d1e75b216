import type * as z from 'zod'

type Issue = z.core.$ZodIssue

/** What is wrong with one field: a code, and what follows its name in a sentence. Never its value: it may be a secret. */
export interface Verdict {
  readonly code: string
  readonly verdict: string
}

/** What is wrong, in our words: those of the schema library speak to programmers. */
export function describeIssue(issue: Issue): Verdict {
  if (isMissing(issue)) return { code: 'missing', verdict: 'is missing.' }
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'wrong_type', verdict: `must be ${nameType(issue.expected)}.` }
    case 'invalid_value':
      return { code: 'not_allowed', verdict: `must be ${toList(issue.values.map((value) => JSON.stringify(value)))}.` }
    case 'too_small':
      return {
        code: 'too_small',
        verdict: `${toMeasure(issue.origin)} at least ${toUnits(issue.origin, issue.minimum)}.`,
      }
    case 'too_big':
      return { code: 'too_big', verdict: `${toMeasure(issue.origin)} at most ${toUnits(issue.origin, issue.maximum)}.` }
    case 'invalid_format':
      // A pattern in our schemas brings the end of the sentence as its message.
      return { code: 'invalid', verdict: formats[issue.format] ?? `${issue.message}.` }
    case 'invalid_union':
      return describeUnion(issue.errors)
    default:
      return { code: 'invalid', verdict: `is not valid: ${issue.message}.` }
  }
}

/** Whether the field is not there at all. */
export function isMissing({ code, input }: Issue): boolean {
  return input === undefined && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union')
}

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be a moment in UTC such as 2026-12-24T17:00:00Z.',
}

/** Of alternatives of which the value had the type of none. */
function describeUnion(branches: readonly (readonly Issue[])[]): Verdict {
  const types = branches.flatMap((issues) =>
    issues.flatMap((issue) =>
      issue.code === 'invalid_type' && issue.path.length === 0 ? [nameType(issue.expected)] : [],
    ),
  )
  if (types.length === 0) return { code: 'invalid', verdict: 'has none of the forms that are allowed.' }
  return { code: 'wrong_type', verdict: `must be ${toList([...new Set(types)])}.` }
}

function nameType(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    array: 'a list',
    int: 'a whole number',
    null: 'null',
  }
  return names[expected] ?? (/^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`)
}

function toMeasure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'must have' : 'must be'
}

function toUnits(origin: string, limit: number | bigint): string {
  const unit = { string: 'character', array: 'item' }[origin]
  if (unit === undefined) return String(limit)
  return `${limit} ${unit}${limit === 1 ? '' : 's'}`
}

/** `a`, `a or b`, `one of: a, b, c`. */
function toList(names: readonly string[]): string {
  return names.length > 2 ? `one of: ${names.join(', ')}` : names.join(' or ')
}
