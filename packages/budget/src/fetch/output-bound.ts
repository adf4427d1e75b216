import type { Endpoint } from './find-endpoint.ts'
import type { JsonBody } from './json-body.ts'

/** The fields that bound an answer; the first is the one to write. */
const fields: Partial<Readonly<Record<Endpoint, readonly string[]>>> = {
  chat: ['max_completion_tokens', 'max_tokens'],
  responses: ['max_output_tokens'],
  messages: ['max_tokens'],
}

/** Vendors that speak Chat Completions with the older word only. */
const olderWord = new Set(['mistral', 'deepseek'])

/** The bound that a request states; null for none. */
export function readBound(endpoint: Endpoint, body: JsonBody): number | null {
  const stated = (fields[endpoint] ?? []).map((field) => body[field])
  const numbers = stated.filter(
    (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0,
  )
  return numbers.length > 0 ? Math.max(...numbers) : null
}

/** Predicted outputs refuse a bound: https://developers.openai.com/api/docs/guides/predicted-outputs */
export function takesBound({ prediction }: JsonBody): boolean {
  return !prediction
}

/** Writes the bound into a request that states none, so that the provider enforces what is reserved. */
export function writeBound(
  body: JsonBody,
  {
    endpoint,
    vendor,
    answerTokensMax,
  }: { readonly endpoint: Endpoint; readonly vendor: string; readonly answerTokensMax: number | null },
): JsonBody {
  const known = fields[endpoint] ?? []
  const stated = known.some((field) => body[field] !== undefined && body[field] !== null)
  const field = endpoint === 'chat' && olderWord.has(vendor) ? 'max_tokens' : known[0]
  if (stated || field === undefined || answerTokensMax === null || !takesBound(body)) return body
  return { ...body, [field]: answerTokensMax }
}
