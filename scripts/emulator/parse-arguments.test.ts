import { expect, test } from 'vitest'
import { parseArguments } from './parse-arguments.ts'

test('reads a platform, port, state file and switches', () => {
  const args = [
    'x',
    '--port',
    '4011',
    '--state',
    'x.json',
    '--set',
    'lagMs=500',
    '--set',
    'type=a=b',
    '--set',
    'off=false',
  ]
  expect(parseArguments(args)).toEqual({
    platform: 'x',
    port: 4011,
    stateFile: 'x.json',
    switches: { lagMs: 500, type: 'a=b', off: false },
  })
  expect(parseArguments(['x'])).toEqual({ platform: 'x', port: 4010, switches: {} })
})

test('says everything that is wrong', () => {
  const given = parseArguments(['X', 'y', '--port', '70000', '--set', 'lag'])
  expect('problems' in given && given.problems).toEqual([
    '"X" is no platform.',
    'One platform at a time; also given: y.',
    '--port 70000 is no port from 0 to 65535.',
    '--set lag should be --set name=value.',
  ])
  expect(parseArguments([])).toEqual({ problems: ['Name a platform.'] })
  expect(parseArguments(['x', '--unknown'])).toMatchObject({ problems: [expect.stringContaining('--unknown')] })
})
