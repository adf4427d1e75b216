import { expect, test } from 'vitest'
import { createUsageHistory } from './usage-history.ts'

const call = (output: bigint, estimatedInput = 100n, input = 80n) => ({ output, estimatedInput, input })

test('says how far the estimates of a model are off', () => {
  const history = createUsageHistory()
  expect(history.summarise('m')).toBeNull()
  history.note('m', call(1n, 100n, 50n))
  history.note('m', call(1n, 300n, 330n))
  expect(history.summarise('m')).toEqual({ calls: 2, inputRatio: 0.95, inputRatioMax: 1.1 })
})

test('finds the output that a share of calls did not exceed, once there are enough', () => {
  const history = createUsageHistory({ callsMin: 10 })
  for (let output = 1n; output <= 9n; output++) history.note('m', call(output))
  expect(history.findOutput('m', 0.9)).toBeNull()
  history.note('m', call(1_000n))
  expect(history.findOutput('m', 0.9)).toBe(9n)
  expect(history.findOutput('m', 0.95)).toBe(1_000n)
})

test('forgets the oldest calls', () => {
  const history = createUsageHistory({ callsMax: 3, callsMin: 1 })
  for (const output of [900n, 1n, 2n, 3n]) history.note('m', call(output))
  expect(history.findOutput('m', 1)).toBe(3n)
})
