import { expect, test } from 'vitest'
import { createLog } from './log.ts'

test('the log cuts out secrets by name, and what errors carry with them', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  log.info(
    { headers: { authorization: 'CANARY' }, a: { b: { access_token: 'CANARY' } }, refreshToken: 'CANARY' },
    'One',
  )
  const cause = Object.assign(new Error('no answer'), {
    code: 'ECONNREFUSED',
    config: { clientSecret: 'CANARY' },
    request: 'CANARY',
  })
  log.error({ err: new Error('The request failed.', { cause }) }, 'Two')
  expect(lines.join('')).not.toContain('CANARY')
  expect(JSON.parse(lines[1] ?? '').err).toMatchObject({
    message: 'The request failed.',
    cause: { message: 'no answer', code: 'ECONNREFUSED' },
  })
})
