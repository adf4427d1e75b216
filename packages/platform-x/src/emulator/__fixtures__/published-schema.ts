import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { createGenerator, type Schema } from 'ts-json-schema-generator'
import { beyondTypes, membersOfOpenObjects } from './beyond-published-types.ts'

/** Tells what an answer has that X's published types do not allow, or lacks, by the name of the type; empty when nothing. */
export type CheckAnswer = (typeName: string, answer: unknown) => readonly string[]

/**
 * X publishes the types of its answers in its SDK, which is MIT and generated from its OpenAPI file; that file itself is under terms that allow no
 * copy here. The SDK spells members in camel case, X in snake case. An object has the members of its type and no other.
 */
export function readPublishedSchema(): { readonly check: CheckAnswer; listUnusedExceptions(): readonly string[] } {
  const path = fileURLToPath(import.meta.resolve('@xdevplatform/xdk')).replace(/index\.\w+$/, 'index.d.ts')
  const generator = createGenerator({ path, skipTypeCheck: true, expose: 'all', additionalProperties: false })
  const schema = closeOpenObjects(spellAsX(generator.createSchema('*')))
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false, validateSchema: false })
  ajv.addSchema(schema, 'x')
  const used = new Set<string>()
  function check(typeName: string, answer: unknown): readonly string[] {
    const validate = ajv.getSchema(`x#/definitions/${typeName}`)
    if (!validate) throw new TypeError(`X publishes no type ${typeName}.`)
    const known = structuredClone(answer)
    for (const { type, member } of beyondTypes) if (type === typeName && take(known, member)) used.add(`${type} ${member}`)
    validate(known)
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath} ${message}${params.additionalProperty ? `: ${params.additionalProperty}` : ''}`
    })
  }
  const listUnusedExceptions = () =>
    beyondTypes.map(({ type, member }) => `${type} ${member}`).filter((name) => !used.has(name))
  return { check, listUnusedExceptions }
}

/** Removes a member, `meta/newest_id`; whether it was there. */
function take(answer: unknown, path: string): boolean {
  const [name = '', ...rest] = path.split('/')
  if (typeof answer !== 'object' || answer === null || !(name in answer)) return false
  const members = answer as Record<string, unknown>
  return rest.length > 0 ? take(members[name], rest.join('/')) : delete members[name]
}

/** Where X publishes any object at all, it has the members of X's pages. */
function closeOpenObjects(schema: Schema): Schema {
  for (const [place, members] of Object.entries(membersOfOpenObjects)) {
    const [type = '', member = ''] = place.split('.')
    const properties = Object(schema.definitions?.[type]).properties
    if (!properties?.[member]) throw new TypeError(`X publishes no ${place}.`)
    const open = Object.fromEntries(members.map((name) => [name, {}]))
    properties[member] = { type: 'object', properties: open, additionalProperties: false }
  }
  return schema
}

/** Renames what is a member, in `properties` and `required`. */
function spellAsX(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), function rename(name, value) {
    if (name === 'required' && Array.isArray(value)) return value.map(toSnakeCase)
    if (name !== 'properties' || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([member, inner]) => [toSnakeCase(member), inner]))
  })
}

function toSnakeCase(name: string): string {
  const spaced = name.replace(/(?<=playback)(\d+)(?=Count)/, '_$1')
  return spaced.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
