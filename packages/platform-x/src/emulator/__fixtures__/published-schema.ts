import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { createGenerator, type Schema } from 'ts-json-schema-generator'

/** Tells what an answer has that X's published types do not allow, by the name of the type; empty when nothing. */
export type CheckAnswer = (typeName: string, answer: unknown) => readonly string[]

/**
 * X publishes the types of its answers in its SDK, generated from its OpenAPI file; that file itself is under terms that allow no copy here.
 * The SDK spells members in camel case, X in snake case.
 */
export function readPublishedSchema(): CheckAnswer {
  const path = fileURLToPath(import.meta.resolve('@xdevplatform/xdk')).replace(/index\.\w+$/, 'index.d.ts')
  const generator = createGenerator({ path, skipTypeCheck: true, expose: 'all', additionalProperties: true })
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false, validateSchema: false })
  ajv.addSchema(spellAsX(generator.createSchema('*')), 'x')
  return (typeName, answer) => {
    const validate = ajv.getSchema(`x#/definitions/${typeName}`)
    if (!validate) throw new TypeError(`X publishes no type ${typeName}.`)
    validate(answer)
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
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
