import { describe, expect, test } from 'vitest'
import { isGoodFor, isRefreshDue } from './refresh-due.ts'

const minute = 60_000
const day = 86_400_000
const at = (lifeMs: number, agoMs: number, options: { forMs?: number; random?: number } = {}) =>
  isRefreshDue({ obtainedAt: 0, expiresAt: lifeMs }, { now: agoMs, forMs: 0, random: 0.5, ...options })

describe('a token is due for a refresh', () => {
  test('five minutes before its end, ten per cent earlier or later', () => {
    expect([at(120 * minute, 114.9 * minute), at(120 * minute, 115 * minute)]).toEqual([false, true])
    expect(at(120 * minute, 114.6 * minute, { random: 1 })).toBe(true)
    expect(at(120 * minute, 115.4 * minute, { random: 0 })).toBe(false)
  })

  test('earlier when it is needed for longer', () => {
    expect(at(120 * minute, 100 * minute, { forMs: 15 * minute })).toBe(true)
    expect(at(120 * minute, 99 * minute, { forMs: 15 * minute })).toBe(false)
  })

  test('at 80 % of its life when that is a day or more', () => {
    expect([at(60 * day, 47.9 * day), at(60 * day, 48 * day)]).toEqual([false, true])
  })

  test('never in the first fifth of its life, so that short ones are used at all', () => {
    expect([at(minute, 0.19 * minute), at(minute, 0.2 * minute)]).toEqual([false, true])
  })

  test('never when its end is not known', () => {
    expect(isRefreshDue({ obtainedAt: 0, expiresAt: null }, { now: 9e12, forMs: 0, random: 1 })).toBe(false)
    expect(isGoodFor({ obtainedAt: 0, expiresAt: null }, { now: 9e12, forMs: day })).toBe(true)
  })
})
