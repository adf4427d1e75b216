import { expect, test } from 'vitest'
import { PlatformError } from '../platform/platform-error.ts'
import { nameFailure } from './name-failure.ts'

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
const unknown = { code: 'outcome_unknown', message: 'POST /2/tweets was sent, and its outcome is unknown.' } as const

test.each([
  ['a network code below the sentence', new PlatformError({ ...unknown, cause: reset }), 'ECONNRESET'],
  [
    'a network code two causes below',
    new PlatformError({ ...unknown, cause: new Error('fetch failed', { cause: reset }) }),
    'ECONNRESET',
  ],
  ['the platform’s own code', new PlatformError({ ...unknown, status: 403, platformCode: '187' }), '187'],
  ['the status of an answer', new PlatformError({ ...unknown, status: 503 }), 'HTTP 503'],
  ['nothing but our own code', new PlatformError(unknown), 'outcome_unknown'],
  ['an error of another client', reset, 'ECONNRESET'],
  ['a mistake in an adapter, whose text may hold anything', new TypeError('token abc'), 'TypeError'],
  ['anything else', 'secret', 'string'],
])('%s', (_, error, name) => {
  expect(nameFailure(error)).toBe(name)
})
