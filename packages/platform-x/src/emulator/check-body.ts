import type { Violation } from './problems.ts'

/** What a JSON body may be. Objects are strict at every level, as X's are: `additionalProperties: false`. */
export type BodySchema =
  | {
      readonly type: 'string'
      readonly pattern?: RegExp
      readonly lengthMin?: number
      readonly lengthMax?: number
      readonly values?: readonly string[]
    }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: BodySchema; readonly min: number; readonly max: number }
  | {
      readonly type: 'object'
      /** `any`: whatever is sent. */
      readonly fields: Readonly<Record<string, BodySchema>> | 'any'
      readonly required?: readonly string[]
    }

export const idSchema: BodySchema = { type: 'string', pattern: /^[0-9]{1,19}$/ }

/** Everything in which a body violates its schema, in the words of X's validator. */
export function checkBody(schema: BodySchema, value: unknown, path = '$'): readonly Violation[] {
  const violate = (message: string) => [{ path, value, message: `${path}: ${message}` }]
  const actual = toType(value)
  if (actual !== schema.type) return violate(`${actual} found, ${schema.type} expected`)
  switch (schema.type) {
    case 'string':
      return checkString(schema, String(value)).flatMap(violate)
    case 'integer':
      return checkInteger(schema, Number(value)).flatMap(violate)
    case 'array':
      return Array.isArray(value) ? checkArray(schema, value, path) : []
    case 'object':
      return checkObject(schema, toRecord(value), path)
    default:
      return []
  }
}

/** The members of an object; none of anything else. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value))
}

function checkString(
  { pattern, lengthMin = 0, lengthMax, values }: Extract<BodySchema, { type: 'string' }>,
  value: string,
): string[] {
  if (values && !values.includes(value)) return [`does not have a value in the enumeration [${values.join(', ')}]`]
  if (pattern && !pattern.test(value)) return [`does not match the regex pattern ${pattern.source}`]
  if ([...value].length < lengthMin) return [`must be at least ${lengthMin} characters long`]
  return lengthMax !== undefined && [...value].length > lengthMax
    ? [`must be at most ${lengthMax} characters long`]
    : []
}

function checkInteger({ min, max }: Extract<BodySchema, { type: 'integer' }>, value: number): string[] {
  if (value < min) return [`must have a minimum value of ${min}`]
  return value > max ? [`must have a maximum value of ${max}`] : []
}

function checkArray(schema: Extract<BodySchema, { type: 'array' }>, value: readonly unknown[], path: string) {
  const violations: Violation[] = []
  const add = (message: string) => violations.push({ path, value, message: `${path}: ${message}` })
  if (value.length > schema.max) add(`there must be a maximum of ${schema.max} items in the array`)
  if (value.length < schema.min) add(`there must be a minimum of ${schema.min} items in the array`)
  return [...violations, ...value.flatMap((item, index) => checkBody(schema.items, item, `${path}[${index}]`))]
}

function checkObject(
  { fields, required = [] }: Extract<BodySchema, { type: 'object' }>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly Violation[] {
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => toViolation(`${path}.${name}`, undefined, 'is missing but it is required'))
  if (fields === 'any') return missing
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const schema = fields[name]
    if (schema) return checkBody(schema, member, `${path}.${name}`)
    const message = 'is not defined in the schema and the schema does not allow additional properties'
    return [toViolation(`${path}.${name}`, member, message)]
  })
  return [...missing, ...wrong]
}

function toViolation(path: string, value: unknown, message: string): Violation {
  return { path, value, message: `${path}: ${message}` }
}

function toType(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
