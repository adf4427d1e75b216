import { describe, expect, test } from 'vitest'
import { PlatformError } from '../platform/platform-error.ts'
import { answer } from './scripted-server.test-support.ts'
import { describeFully, marked, useServers, write } from './write-rig.test-support.ts'

const { serve } = useServers()

describe('a refusal', () => {
  const statuses = [
    [400, 'invalid_post'],
    [401, 'token_expired'],
    [403, 'permission_missing'],
    [422, 'invalid_post'],
    [429, 'rate_limited'],
  ] as const
  for (const [status, code] of statuses) {
    test(`with ${status} is ${code}`, async () => {
      const server = await serve((socket) => answer(socket, status, '{"canary":1}', { 'retry-after': '4' }))
      const { error, sent } = await write({ baseUrl: server.url })
      expect(error).toMatchObject({ code, status, retryAfterMs: 4_000 })
      expect(error?.message).toBe(`POST /2/tweets was answered with status ${status}.`)
      expect(sent).toEqual(marked)
      expect(server.requests).toHaveLength(1)
    })
  }

  test('keeps its meaning when its body breaks off', async () => {
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 429 Slow\r\ncontent-length: 100\r\n\r\n{"a":', () => socket.resetAndDestroy())
    })
    expect((await write({ baseUrl: server.url })).error?.code).toBe('rate_limited')
  })

  test('is read by the adapter, from a body cut to 64 kB', async () => {
    const server = await serve((socket) => answer(socket, 403, `"${'x'.repeat(200_000)}"`, { 'x-why': 'twice' }))
    const failures: unknown[] = []
    const { error } = await write({
      baseUrl: server.url,
      toError(failure) {
        failures.push({ ...failure, headers: failure.headers.get('x-why'), text: failure.text.length })
        return new PlatformError({ code: 'duplicate', message: 'again' })
      },
    })
    expect(error?.code).toBe('duplicate')
    const request = { method: 'POST', path: '/2/tweets', mutating: true, now: 1_790_000_000_000 }
    expect(failures).toEqual([{ ...request, status: 403, headers: 'twice', json: undefined, text: 65_536 }])
  })

  test('after a 5xx is believed only when the adapter calls it not accepted', async () => {
    const server = await serve((socket) => answer(socket, 503, '{"reason":"busy"}'))
    const says = async (code: 'not_accepted' | 'invalid_post') => {
      const toError = () => new PlatformError({ code, message: 'busy', platformCode: '88' })
      return (await write({ baseUrl: server.url, toError })).error
    }
    expect(await says('not_accepted')).toMatchObject({ code: 'not_accepted' })
    expect(await says('invalid_post')).toMatchObject({ code: 'outcome_unknown', platformCode: '88', status: 503 })
  })

  test('is unknown when the adapter stumbles over it', async () => {
    const server = await serve((socket) => answer(socket, 422, '{}'))
    const toError = () => {
      throw new TypeError('canary')
    }
    const { error } = await write({ baseUrl: server.url, toError })
    expect(error?.code).toBe('outcome_unknown')
    expect(describeFully(error)).not.toContain('canary')
  })
})
