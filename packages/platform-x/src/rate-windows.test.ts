import { describe, expect, test } from 'vitest'
import { toRateWait } from './rate-wait.ts'
import { readRateWindows } from './rate-windows.ts'

const now = Date.UTC(2026, 10, 1)
const inSeconds = (seconds: number) => String(now / 1000 + seconds)

function family(prefix: string, [limit, remaining, resetSeconds]: readonly [number, number, number]) {
  return {
    [`${prefix}-limit`]: String(limit),
    [`${prefix}-remaining`]: String(remaining),
    [`${prefix}-reset`]: inSeconds(resetSeconds),
  }
}

const endpoint = (...numbers: [number, number, number]) => family('x-rate-limit', numbers)
const app = (...numbers: [number, number, number]) => family('x-app-limit-24hour', numbers)
const user = (...numbers: [number, number, number]) => family('x-user-limit-24hour', numbers)

const source = (headers: Record<string, string>, path = '/2/tweets', method = 'POST') => ({
  method,
  path,
  headers: new Headers(headers),
  now,
})

const post = { operations: ['publish'] }

describe('the windows of an answer', () => {
  test('are three families, each with its scope', () => {
    const headers = { ...endpoint(100, 99, 900), ...app(10_000, 9_000, 80_000), ...user(100, 3, 70_000) }
    expect(readRateWindows(source(headers))).toEqual([
      { ...post, name: 'POST /2/tweets', scope: 'account', limit: 100, remaining: 99, resetAt: now + 900_000 },
      { ...post, name: 'POST /2/tweets 24h', scope: 'app', limit: 10_000, remaining: 9_000, resetAt: now + 80_000_000 },
      { ...post, name: 'POST /2/tweets 24h', scope: 'account', limit: 100, remaining: 3, resetAt: now + 70_000_000 },
    ])
  })

  test.each([
    ['POST', '/2/tweets', ['publish']],
    ['DELETE', '/2/tweets/1', ['remove']],
    ['GET', '/2/users/1/tweets', ['look']],
    ['GET', '/2/tweets', ['metrics']],
    ['GET', '/2/users/me', ['metrics']],
    ['POST', '/2/media/upload/1/append', ['prepare']],
    ['GET', '/2/media/upload', ['prepare']],
    ['POST', '/2/oauth2/token', []],
  ])('of %s %s keep back %j and nothing else', (method, path, operations) => {
    expect(readRateWindows(source(endpoint(1, 0, 1), path, method))[0]?.operations).toEqual(operations)
  })

  test.each([
    ['/2/tweets/2080761390344937796', 'DELETE /2/tweets/:id'],
    ['/2/users/2244994945/tweets', 'DELETE /2/users/:id/tweets'],
    ['/2/media/upload/1880028106020515840/append', 'DELETE /2/media/upload/:id/append'],
    ['/2/users/me', 'DELETE /2/users/me'],
  ])('of %s belong to the endpoint', (path, name) => {
    expect(readRateWindows(source(endpoint(1, 1, 1), path, 'DELETE'))[0]?.name).toBe(name)
  })

  test('are none without headers, and a family that is cut or no number is left out', () => {
    expect(readRateWindows(source({}))).toEqual([])
    expect(readRateWindows(source({ 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '3' }))).toEqual([])
    expect(readRateWindows(source({ ...endpoint(1, 1, 1), 'x-rate-limit-reset': 'soon' }))).toEqual([])
  })
})

describe('the wait after too many requests', () => {
  test.each([
    ["lasts until the endpoint's window is renewed", endpoint(100, 0, 600), 602_000, 'account'],
    [
      'follows the 24 hours of the app when they are used up',
      { ...endpoint(100, 87, 600), ...app(10_000, 0, 40_000) },
      40_002_000,
      'app',
    ],
    [
      'follows the latest of those that are used up',
      { ...endpoint(100, 0, 600), ...app(10_000, 0, 300), ...user(100, 0, 9_000) },
      9_002_000,
      'account',
    ],
    [
      "follows the endpoint's window when none is used up",
      { ...endpoint(100, 5, 60), ...app(10_000, 10, 90_000) },
      62_000,
      'account',
    ],
    ['is a minute without headers', {}, 60_000, 'account'],
    ['is what Retry-After says without others', { 'retry-after': '7' }, 7_000, 'account'],
    [
      'is the longer of Retry-After and the window',
      { ...endpoint(100, 0, 10), 'retry-after': '60' },
      60_000,
      'account',
    ],
    ['is short when the window is already over', endpoint(100, 0, -30), 2_000, 'account'],
  ])('%s', (_, headers, retryAfterMs, scope) => {
    expect(toRateWait(source(headers))).toEqual({ retryAfterMs, scope })
  })
})
