import { expect, test } from 'vitest'
import { type Probed, parseProbeArguments } from './probe-arguments.ts'
import type { Probe } from './probe-definition.ts'

const look: Probe<unknown> = {
  name: 'look',
  question: 'Is it so?',
  assumed: 'yes',
  requests: [],
  run: async () => ({ value: 'yes', detail: '' }),
}
const probed: Probed<unknown> = {
  platform: 'board',
  probes: [look, { ...look, name: 'wait' }],
  needs: [
    { key: 'stranger', what: 'somebody' },
    { key: 'app-token', what: 'a token', variable: 'PROBE_APP_TOKEN' },
  ],
  baseUrl: 'https://board.test',
  accessTokenVariable: 'PROBE_TOKEN',
}

const parse = (args: readonly string[], environment = {}) => parseProbeArguments(args, environment, probed)

test('without more than a platform it only says what it would do', () => {
  expect(parse(['board'])).toEqual({
    probes: probed.probes,
    isMeant: false,
    isJson: false,
    baseUrl: 'https://board.test',
    accessToken: undefined,
    given: {},
  })
})

test('takes what the operator gives from the line, and secrets from the environment alone', () => {
  const args = ['board', '--yes', '--json', '--only', 'wait', '--with', 'stranger=bea=1', '--wait', '2.5', '--billing']
  const parsed = parse([...args, '--base-url', 'http://127.0.0.1:1'], {
    PROBE_TOKEN: 't',
    PROBE_APP_TOKEN: 'a',
    OTHER: 'o',
  })
  expect(parsed).toMatchObject({ isMeant: true, isJson: true, baseUrl: 'http://127.0.0.1:1', accessToken: 't' })
  expect(parsed.probes.map(({ name }) => name)).toEqual(['wait'])
  expect(parsed.given).toEqual({ stranger: 'bea=1', 'app-token': 'a', wait: '2.5', billing: 'yes' })
})

test.each([
  [[], 'There are probes of: board.'],
  [['x'], 'There are probes of: board.'],
  [['board', 'x'], 'There are probes of: board.'],
  [['board', '--only', 'lok'], 'No probe is named lok; there are: look, wait.'],
  [['board', '--with', 'strangr=bea'], '--with takes stranger; not strangr.'],
  [['board', '--with', 'stranger'], '--with stranger=… needs a value.'],
  [['board', '--with', 'app-token=a'], 'app-token is a secret: give it in PROBE_APP_TOKEN.'],
  [['board', '--wait', 'long'], '--wait long is no number of hours.'],
  [['board', '--base-url', 'board'], '--base-url board is no URL.'],
  [['board', '--yes'], 'No access token in PROBE_TOKEN.'],
  [['board', '--loud'], 'Unknown option'],
])('%o is refused', (args, sentence) => {
  expect(() => parse(args)).toThrow(sentence)
})

test('names all mistakes at once', () => {
  expect(() => parse(['--only', 'lok', '--wait', '0', '--yes'])).toThrow(
    'There are probes of: board.\nNo probe is named lok; there are: look, wait.\n--wait 0 is no number of hours.\nNo access token in PROBE_TOKEN.',
  )
})
