import { expect, test } from 'vitest'
import { readRateWindows } from './rate-windows.ts'

const now = Date.UTC(2026, 11, 1, 12)

test('usage of the app and of the account become windows of a hundred per cent', () => {
  const usage = {
    '17841400000000001': [
      {
        type: 'instagram',
        call_count: 85,
        total_time: 97,
        estimated_time_to_regain_access: 3,
        ads_api_access_tier: 'x',
      },
    ],
  }
  const headers = new Headers({
    'x-app-usage': '{"call_count":28,"total_cputime":15,"total_time":25}',
    'x-business-use-case-usage': JSON.stringify(usage),
  })
  expect(readRateWindows({ headers, now })).toEqual([
    { name: 'calls of the app', scope: 'app', limit: 100, remaining: 72, resetAt: now + 3_600_000 },
    { name: 'calls (instagram)', scope: 'account', limit: 100, remaining: 3, resetAt: now + 180_000 },
  ])
})

test('of several keys and of one kind the highest usage counts', () => {
  const usage = {
    '1': [
      { type: 'instagram', call_count: 97 },
      { type: 'pages', call_count: 5 },
    ],
    '2': [{ type: 'instagram', call_count: 3, estimated_time_to_regain_access: 10 }],
  }
  const headers = new Headers({ 'x-business-use-case-usage': JSON.stringify(usage) })
  expect(readRateWindows({ headers, now })).toEqual([
    { name: 'calls (instagram)', scope: 'account', limit: 100, remaining: 3, resetAt: now + 600_000 },
    { name: 'calls (pages)', scope: 'account', limit: 100, remaining: 95, resetAt: now + 3_600_000, operations: [] },
  ])
})

test('what is used up without a word on when it comes back is tried again after a quarter of an hour', () => {
  const headers = new Headers({ 'x-app-usage': '{"call_count":104}' })
  expect(readRateWindows({ headers, now })).toEqual([
    { name: 'calls of the app', scope: 'app', limit: 100, remaining: 0, resetAt: now + 900_000 },
  ])
})

test.each([{}, { 'x-app-usage': 'none' }, { 'x-business-use-case-usage': '[]' }])('nothing is made of %j', (given) => {
  expect(readRateWindows({ headers: new Headers(given), now })).toEqual([])
})
