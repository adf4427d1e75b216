import { expect, test } from 'vitest'
import { toLimitEnd } from './limit-end.ts'

const MINUTE_MS = 60_000
const now = 1_000_000_000
const limit = {
  hold: { reason: 'rate_limited', scope: 'account', until: now + 15 * MINUTE_MS, message: 'Too many calls.' },
  longerWaitsMs: [60 * MINUTE_MS, 240 * MINUTE_MS],
} as const

/** A hold of so many minutes, which ended so many minutes ago. */
const held = (minutes: number, endedMinutesAgo: number) => ({
  since: now - (endedMinutesAgo + minutes) * MINUTE_MS,
  until: now - endedMinutesAgo * MINUTE_MS,
})

test.each([
  ['that was never met holds as long as it says', undefined, 15],
  ['that is met again at once holds longer', held(15, 0), 60],
  ['that is met again a little later holds longer', held(15, 14), 60],
  ['that is met again long after begins anew', held(15, 16), 15],
  ['that is met a third time holds longer still', held(60, 1), 240],
  ['that goes on holds as long as the longest wait', held(240, 1), 240],
  ['whose last hold was a moment shorter than planned counts as planned', held(14.99, 0), 60],
])('a limit %s', (_, last, minutes) => {
  expect(toLimitEnd(limit, last, now)).toBe(now + minutes * MINUTE_MS)
})

test('a limit that holds already is not met anew by a call that had begun before', () => {
  expect(toLimitEnd(limit, held(15, -1), now)).toBeUndefined()
})

test('a limit without longer waits, or whose end nobody knows, says all itself', () => {
  expect(toLimitEnd({ hold: limit.hold }, held(15, 0), now)).toBe(limit.hold.until)
  expect(toLimitEnd({ ...limit, hold: { ...limit.hold, until: null } }, held(15, 0), now)).toBeNull()
})
