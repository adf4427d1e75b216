import { expect, test } from 'vitest'
import { parseStartArguments } from './start-arguments.ts'

test.each([
  [[], { once: false, engine: undefined }],
  [['--once', '--engine', 'temporal'], { once: true, engine: 'temporal' }],
  [['--engine=in_process'], { once: false, engine: 'in_process' }],
])('%j is understood', (args, expected) => {
  expect(parseStartArguments(args)).toEqual(expected)
})

test.each([
  [['--engine', 'cron'], '--engine cron: it is temporal or in_process'],
  [['--engine'], "Option '--engine <value>' argument missing"],
  [['--onse'], "Unknown option '--onse'"],
  [['once'], "Unexpected argument 'once'"],
])('%j is refused with what there is', (args, sentence) => {
  expect(() => parseStartArguments(args)).toThrow(sentence)
  expect(() => parseStartArguments(args)).toThrow('npm start [-- [--once] [--engine temporal|in_process]]')
})
