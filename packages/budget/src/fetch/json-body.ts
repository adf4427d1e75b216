import { BudgetError } from '../budget-error.ts'

/** The body of a request, or of an answer. */
export type JsonBody = Readonly<Record<string, unknown>>

/** @throws {BudgetError} `invalid_input`: what cannot be read cannot be priced. */
export function parseRequestBody(text: string): JsonBody {
  const body = parseJson(text)
  if (isBody(body)) return body
  throw new BudgetError('invalid_input', 'The body of the request is no JSON object, so that its cost is not known.')
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isBody(value: unknown): value is JsonBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
