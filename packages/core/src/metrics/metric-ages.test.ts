import { expect, test } from 'vitest'
import { METRIC_AGES_MS, nextMetricAge } from './metric-ages.ts'

const MINUTE_MS = 60_000
const [quarter = 0, hour = 0, threeHours = 0] = METRIC_AGES_MS
const last = METRIC_AGES_MS.at(-1) ?? 0

test('begins a quarter of an hour after publishing and goes on age by age', () => {
  expect(nextMetricAge(1_000, 0, 1_000)).toEqual({ ageMs: quarter, dueAt: 1_000 + quarter })
  expect(nextMetricAge(1_000, quarter, 1_000 + quarter)).toEqual({ ageMs: hour, dueAt: 1_000 + hour })
})

test('takes a sample that is a little late, and leaves out an age whose time has passed', () => {
  expect(nextMetricAge(0, 0, quarter + 5 * MINUTE_MS)?.ageMs).toBe(quarter)
  expect(nextMetricAge(0, 0, quarter + 5 * MINUTE_MS + 1)?.ageMs).toBe(hour)
  expect(nextMetricAge(0, 0, hour * 1.2 + 1)?.ageMs).toBe(threeHours)
})

test('ends after the last age', () => {
  expect(nextMetricAge(0, last, last)).toBeNull()
  expect(nextMetricAge(0, 0, last * 1.2 + 1)).toBeNull()
})
