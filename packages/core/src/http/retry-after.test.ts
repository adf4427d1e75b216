import { describe, expect, test } from 'vitest'
import { parseRetryAfter, readRetryAfterMs } from './retry-after.ts'

const now = Date.parse('Wed, 25 Nov 2026 10:00:00 GMT')

describe('parseRetryAfter', () => {
  test('reads seconds', () => {
    expect(parseRetryAfter('4', now)).toBe(4_000)
    expect(parseRetryAfter(' 0 ', now)).toBe(0)
    expect(parseRetryAfter('1.5', now)).toBe(1_500)
  })

  test('reads an HTTP date, never as a negative time', () => {
    expect(parseRetryAfter('Wed, 25 Nov 2026 10:01:00 GMT', now)).toBe(60_000)
    expect(parseRetryAfter('Wed, 25 Nov 2026 09:00:00 GMT', now)).toBe(0)
  })

  for (const value of [
    null,
    undefined,
    '',
    '-1',
    'soon',
    '4h',
    '9999999999999',
    'Wed, 99 Foo 2026 10:01:00 GMT',
    'May 5',
  ]) {
    test(`says nothing about ${JSON.stringify(value)}`, () => {
      expect(parseRetryAfter(value, now)).toBeUndefined()
    })
  }
})

describe('readRetryAfterMs', () => {
  test('measures a date against the clock of the platform, which may differ from ours', () => {
    const headers = new Headers({
      date: 'Wed, 25 Nov 2026 12:00:00 GMT',
      'retry-after': 'Wed, 25 Nov 2026 12:00:30 GMT',
    })
    expect(readRetryAfterMs(headers, now)).toBe(30_000)
    headers.delete('date')
    expect(readRetryAfterMs(headers, now)).toBe(7_230_000)
  })
})
