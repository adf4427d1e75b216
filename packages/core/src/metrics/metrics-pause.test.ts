import { expect, test } from 'vitest'
import { findMetricsPause } from './metrics-pause.ts'

const now = 1_800_000_000_000
const minuteMs = 60_000

const window = (remaining: number, limit = 100) => ({
  name: 'calls',
  scope: 'account' as const,
  limit,
  remaining,
  resetAt: now + 30 * minuteMs,
  seenAt: now - 20_000,
})

test.each([
  ['while a fifth and more is left', window(21), null],
  ['a minute from the last answer on, once four fifths are used', window(20), now + 40_000],
  ['the same until nineteen of twenty are used', window(6), now + 40_000],
  ['until the reset, once 95 % are used', window(5), now + 30 * minuteMs + 2_000],
  ['until the reset, with the one call of a small plan', window(0, 1), now + 30 * minuteMs + 2_000],
])('%s', (_, given, until) => {
  expect(findMetricsPause([given], now)?.until ?? null).toBe(until)
})

test('nothing waits for an answer that is a minute old, or for a window that is over', () => {
  expect(findMetricsPause([{ ...window(10), seenAt: now - minuteMs }], now)).toBeNull()
  expect(findMetricsPause([{ ...window(0), resetAt: now - 2_000 }], now)).toBeNull()
})

test('the longest pause counts', () => {
  const app = { ...window(0), scope: 'app' as const }
  expect(findMetricsPause([window(10), app], now)).toMatchObject({ window: { scope: 'app' } })
})
