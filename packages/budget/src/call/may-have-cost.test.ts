import { expect, test } from 'vitest'
import { mayHaveCost } from './may-have-cost.ts'

const errorOf = (fields: object, cause?: unknown) => Object.assign(new Error('x', { cause }), fields)

test.each([
  ['a refusal', errorOf({ statusCode: 400 }), false],
  ['a rate limit', errorOf({ statusCode: 429 }), false],
  ['an outage', errorOf({ statusCode: 503 }), false],
  ['a timeout of a proxy', errorOf({ statusCode: 504 }), true],
  ['an answer that could not be read', errorOf({ statusCode: 200 }), true],
  ['a connection that was refused', errorOf({}, errorOf({ code: 'ECONNREFUSED' })), false],
  ['a connection that broke', errorOf({}, errorOf({ code: 'ECONNRESET' })), true],
  ['a missing key', errorOf({ name: 'AI_LoadAPIKeyError' }), false],
  ['an abort', new DOMException('aborted', 'AbortError'), true],
  ['something else', 'text', true],
])('%s', (_, error, costs) => {
  expect(mayHaveCost(error)).toBe(costs)
})
