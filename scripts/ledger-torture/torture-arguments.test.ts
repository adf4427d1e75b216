import { expect, test } from 'vitest'
import { readTortureArguments } from './torture-arguments.ts'

test('what is asked for is run, and nothing else', () => {
  expect(readTortureArguments([], 7)).toEqual({ operations: 100_000, seed: 7 })
  expect(readTortureArguments(['--operations', '10', '--seed=3'], 7)).toEqual({ operations: 10, seed: 3 })
})

test.each([
  [['--operation', '10'], "Unknown option '--operation'"],
  [['--operations'], "Option '--operations <value>' argument missing"],
  [['--operations', '0'], '--operations must be a whole number, one or more.'],
  [['--operations', 'many'], '--operations must be a whole number, one or more.'],
  [['--seed', 'x'], '--seed must be a whole number.'],
  [['10'], "Unexpected argument '10'"],
])('%j is refused', (args, message) => {
  expect(readTortureArguments(args, 7)).toEqual(expect.stringContaining(message))
})
