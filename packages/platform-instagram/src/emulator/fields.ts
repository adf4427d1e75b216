import { wrongParameter } from './graph-error.ts'

/** One name in `fields`, with what is asked of the object behind it: `replies.limit(5){id,text}`. */
export interface AskedField {
  readonly name: string
  readonly limit: number | undefined
  readonly fields: readonly AskedField[]
}

/** How each field of a node is read. Absent in the answer when it reads undefined. */
export type NodeFields = Readonly<Record<string, (asked: AskedField) => unknown>>

/** Parses `id,name,instagram_business_account{id,username}`. */
export function parseFields(text: string): readonly AskedField[] {
  return splitOutside(text).flatMap((part): AskedField[] => {
    const found = /^([\w]+)((?:\.\w+\([^)]*\))*)(?:\{([\s\S]*)\})?$/.exec(part)
    if (!found) {
      if (part === '') return []
      throw wrongParameter(`Syntax error "Expected end of string instead of "{"." at: ${part}`)
    }
    const limit = /\.limit\((\d+)\)/.exec(found[2] ?? '')?.[1]
    return [
      {
        name: found[1] ?? '',
        limit: limit === undefined ? undefined : Number(limit),
        fields: parseFields(found[3] ?? ''),
      },
    ]
  })
}

/**
 * A node with the fields that were asked for, and always its id.
 *
 * @throws {GraphRefusal} 100 for a field that the node has not.
 */
export function selectFields(node: NodeFields, asked: readonly AskedField[], type: string): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  for (const field of asked) {
    const read = node[field.name]
    if (!read) {
      throw wrongParameter(`(#100) Tried accessing nonexisting field (${field.name}) on node type (${type})`)
    }
    const value = read(field)
    if (value !== undefined) answer[field.name] = value
  }
  const id = node.id?.({ name: 'id', limit: undefined, fields: [] })
  return id === undefined ? answer : { ...answer, id }
}

function splitOutside(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const character of text) {
    if (character === '{' || character === '(') depth += 1
    if (character === '}' || character === ')') depth -= 1
    if (character === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else part += character
  }
  return [...parts, part.trim()]
}
