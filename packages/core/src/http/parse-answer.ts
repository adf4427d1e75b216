import type { StandardIssue, StandardSchema } from '../platform/standard-schema.ts'

/** Either what the schema made of an answer, or why it could not. The reason names fields, never values. */
export type ParsedAnswer<Answer> = { readonly value: Answer } | { readonly problem: string }

/** Parses an answer. An empty body reaches the schema as undefined, so that a schema may allow it. */
export async function parseAnswer<Answer>(
  text: string,
  schema: StandardSchema<unknown, Answer>,
): Promise<ParsedAnswer<Answer>> {
  const parsed = parseJson(text)
  if (!parsed) return { problem: 'the answer is not JSON' }
  const result = await schema['~standard'].validate(parsed.json)
  if (!result.issues) return { value: result.value }
  return { problem: `the answer does not fit at ${toFieldNames(result.issues)}` }
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): { readonly json: unknown } | undefined {
  if (text.trim() === '') return { json: undefined }
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function toFieldNames(issues: readonly StandardIssue[]): string {
  const fields = issues.slice(0, 5).map(({ path }) => (path ?? []).map(toKey).join('.') || 'its root')
  return [...new Set(fields)].join(', ').slice(0, 200)
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment)
}
