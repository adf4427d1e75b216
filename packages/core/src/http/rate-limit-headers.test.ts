import { describe, expect, test } from 'vitest'
import { readRateWindow } from './rate-limit-headers.ts'

const now = 1_790_000_000_000
const perUser = { name: 'all', scope: 'account', prefix: 'x-rate-limit', reset: 'epoch_seconds' } as const
const perApp = { name: 'app', scope: 'app', prefix: 'x-ratelimit', reset: 'delta_seconds' } as const

describe('readRateWindow', () => {
  test('reads a limit that is reset at a moment', () => {
    const headers = new Headers({
      'x-rate-limit-limit': '40000',
      'x-rate-limit-remaining': '39998',
      'x-rate-limit-reset': '1790000900',
    })
    const window = { name: 'all', scope: 'account', limit: 40_000, remaining: 39_998, resetAt: 1_790_000_900_000 }
    expect(readRateWindow(headers, perUser, now)).toEqual(window)
  })

  test('reads a limit that is reset after seconds, and adds up what was used where no limit is named', () => {
    const headers = new Headers({
      'x-ratelimit-used': '2',
      'x-ratelimit-remaining': '997.6',
      'x-ratelimit-reset': '312',
    })
    const window = { name: 'app', scope: 'app', limit: 999, remaining: 997, resetAt: now + 312_000 }
    expect(readRateWindow(headers, perApp, now)).toEqual(window)
  })

  const unreadable: Record<string, Record<string, string>> = {
    'headers are missing': {},
    'the reset is missing': { 'x-rate-limit-limit': '5', 'x-rate-limit-remaining': '1' },
    'the limit is missing': { 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '5' },
    'a number is none': { 'x-rate-limit-limit': '5', 'x-rate-limit-remaining': '-1', 'x-rate-limit-reset': '5' },
    'a header came twice': { 'x-rate-limit-limit': '5, 5', 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': '5' },
  }
  for (const [name, headers] of Object.entries(unreadable)) {
    test(`says nothing when ${name}`, () => {
      expect(readRateWindow(new Headers(headers), perUser, now)).toBeUndefined()
    })
  }
})
