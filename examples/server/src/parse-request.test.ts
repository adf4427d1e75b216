import { expect, test } from 'vitest'
import * as z from 'zod'
import { parseRequest } from './parse-request.ts'
import { HttpProblem } from './problem.ts'
import { money } from './schemas/budget.ts'
import { byField, moment, pageQuery } from './schemas/page.ts'
import { pauseScopeSchema } from './schemas/pause.ts'

const schemas = {
  path: z.strictObject({ post: z.string() }),
  query: pageQuery,
  body: z.strictObject({
    scope: pauseScopeSchema.optional(),
    until: moment.optional(),
    by: byField,
    state: z.enum(['draft', 'scheduled', 'missed']).optional(),
    approval: z.enum(['none', 'required']).optional(),
    limit: money.nullable().optional(),
    parts: z
      .array(z.strictObject({ text: z.string() }))
      .min(1)
      .optional(),
  }),
}

const pause = { path: undefined, query: undefined, body: z.strictObject({ scope: pauseScopeSchema }) }

const problemsOf = (body: unknown, query: unknown = {}) => {
  try {
    parseRequest(schemas, { path: { post: 'post_1' }, query, body })
    return []
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error
    return error.errors.map(({ pointer, code, message }) => [pointer, code, message])
  }
}

test.each([
  [{ scope: 'creator' }, '/scope', 'wrong_type', 'scope must be an object.'],
  [{ scope: {} }, '/scope', 'missing', 'scope must have one of: account, creator, platform, agency, everything.'],
  [{ scope: { creator: 5 } }, '/scope/creator', 'wrong_type', 'scope/creator must be text.'],
  [{ scope: { agency: false } }, '/scope/agency', 'not_allowed', 'scope/agency must be true.'],
  [{ until: 'tomorrow' }, '/until', 'invalid', 'until must be a moment in UTC such as 2026-12-24T17:00:00Z.'],
  [{ by: '' }, '/by', 'too_small', 'by must have at least 1 character.'],
  [{ by: 'x'.repeat(201) }, '/by', 'too_big', 'by must have at most 200 characters.'],
  [{ state: 'lost' }, '/state', 'not_allowed', 'state must be one of: "draft", "scheduled", "missed".'],
  [{ approval: 1 }, '/approval', 'not_allowed', 'approval must be "none" or "required".'],
  [{ limit: 500 }, '/limit', 'wrong_type', 'limit must be text.'],
  [{ limit: '500' }, '/limit', 'invalid', 'limit must be an exact amount such as 500 USD, with at most nine decimals.'],
  [{ parts: [] }, '/parts', 'too_small', 'parts must have at least 1 item.'],
  [{ parts: [{}] }, '/parts/0/text', 'missing', 'parts/0/text is missing.'],
  [{ parts: {} }, '/parts', 'wrong_type', 'parts must be a list.'],
  [{ parts: [{ 'a/b': 1, text: '' }] }, '/parts/0/a~1b', 'unknown_field', 'parts/0/a/b is not a known field.'],
  [[], '', 'wrong_type', 'The body must be an object.'],
  [null, '', 'wrong_type', 'The body must be an object.'],
])('a body %o is told with field, problem and limit', (body, pointer, code, message) => {
  expect(problemsOf(body)).toEqual([[pointer, code, message]])
})

test.each([
  [{ limit: '1000' }, 'too_big', 'limit must be at most 200.'],
  [{ limit: '0' }, 'too_small', 'limit must be at least 1.'],
  [{ limit: 'all' }, 'wrong_type', 'limit must be a number.'],
  [{ limit: '1.5' }, 'wrong_type', 'limit must be a whole number.'],
])('a query %o, too', (query, code, message) => {
  expect(problemsOf({}, query)).toEqual([['query:/limit', code, message]])
})

test('an alternative that is not there at all is missing', () => {
  expect(() => parseRequest(pause, { path: {}, query: {}, body: {} })).toThrow('scope is missing.')
})

test('everything that is wrong is told at once', () => {
  expect(problemsOf({ by: 5, colour: 'red' }, { limit: '0' }).map(([pointer]) => pointer)).toEqual([
    'query:/limit',
    '/by',
    '/colour',
  ])
})

test('a field has one problem where its text is invalid anyway', () => {
  expect(problemsOf({ limit: 'a\0', by: 'a\0' }).map(([pointer]) => pointer)).toEqual(['/limit', '/by'])
})
