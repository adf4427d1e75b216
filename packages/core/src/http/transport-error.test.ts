import { Agent, RetryAgent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { PlatformError } from '../platform/platform-error.ts'
import { Secret } from '../platform/secret.ts'
import { createJsonClient } from './create-json-client.ts'
import { answer, createContext, startServer } from './scripted-server.test-support.ts'
import { describeFully, marked, post, settle, useServers, write } from './write-rig.test-support.ts'

const { serve, closeLater } = useServers()
afterEach(() => void vi.useRealTimers())

describe('a write of which nothing was sent', () => {
  const expectNotSent = (result: Awaited<ReturnType<typeof write>>) => {
    expect(result.error?.code).toBe('not_accepted')
    expect(result.error?.message).toContain('was not sent')
    expect(result.sent).toEqual([])
  }

  test('is not accepted when the connection is refused', async () => {
    const server = await startServer(() => {})
    await server.close()
    const result = await write({ baseUrl: server.url })
    expectNotSent(result)
    expect(result.error?.message).toContain('ECONNREFUSED')
  })

  test('is not accepted when the name cannot be resolved', async () => {
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND api.test'), { code: 'ENOTFOUND' })
    const dispatcher = new Agent({ connect: { lookup: (_name, _options, done) => done(failure, []) } })
    closeLater(() => dispatcher.close())
    expectNotSent(await write({ baseUrl: 'http://api.test', dispatcher }))
  })

  test('is not accepted when TLS fails', async () => {
    const server = await serve(
      () => {},
      (socket) => socket.end('this is no TLS'),
    )
    expectNotSent(await write({ baseUrl: `https://${server.host}` }))
    expect(server.requests).toEqual([])
  })

  test('is not accepted when its caller aborted before', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7"}'))
    expectNotSent(await write({ baseUrl: server.url }, { signal: AbortSignal.abort() }))
    expect(server.requests).toEqual([])
  })

  test('is not accepted when its caller aborts while it waits for a connection', async () => {
    const controller = new AbortController()
    const dispatcher = new Agent({ connect: () => controller.abort() })
    expectNotSent(await write({ baseUrl: 'http://api.test', dispatcher }, { signal: controller.signal }))
  })

  test('is not accepted when the lease is over', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7"}'))
    const result = await write({ baseUrl: server.url }, { remainingMs: () => 0 })
    expectNotSent(result)
    expect(result.error?.message).toContain('before the first byte')
    expect(server.requests).toEqual([])
  })

  test('is not accepted when the lease ends while the connection is made', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7"}'))
    const answers = [60_000, 60_000, -1]
    expectNotSent(await write({ baseUrl: server.url }, { remainingMs: () => answers.shift() ?? -1 }))
    expect(server.requests).toEqual([])
  })

  test('is not accepted when a header cannot be sent, and does not repeat it', async () => {
    const result = await write(
      { baseUrl: 'http://127.0.0.1:1' },
      { accessToken: async () => new Secret('canary\ntoken') },
    )
    expectNotSent(result)
    expect(String(result.error?.message)).not.toContain('canary')
  })

  test('throws what the mark threw, and sends nothing', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7"}'))
    const refusal = new Error('the work is no longer ours')
    const context = createContext({
      markSent: () => {
        throw refusal
      },
    }).context
    await expect(post(createJsonClient({ baseUrl: server.url }), context)).rejects.toBe(refusal)
    expect(server.requests).toEqual([])
  })

  test('throws what the token source threw', async () => {
    const reconnect = new PlatformError({ code: 'reconnect', message: 'gone' })
    const result = await write({ baseUrl: 'http://127.0.0.1:1' }, { accessToken: () => Promise.reject(reconnect) })
    expect(result.error).toBe(reconnect)
    expect(result.sent).toEqual([])
  })

  test('is unknown only if it was marked when the connection is reset at accept', async () => {
    const server = await serve(
      () => {},
      (socket) => socket.resetAndDestroy(),
    )
    const { error, sent } = await write({ baseUrl: server.url })
    expect(error?.code).toBe(sent.length === 0 ? 'not_accepted' : 'outcome_unknown')
    expect(server.requests).toEqual([])
  })
})

describe('a write that was sent', () => {
  const cases: Record<string, Parameters<typeof startServer>[0]> = {
    'the connection is reset': (socket) => socket.resetAndDestroy(),
    'the connection is closed': (socket) => socket.end(),
    'the connection is reset within the body': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":', () => socket.resetAndDestroy())
    },
    'the answer is no HTTP': (socket) => socket.end('canary garbage\r\n\r\n'),
    '503 comes after the effect': (socket) => answer(socket, 503, 'over capacity, canary'),
    'an HTML page says 502': (socket) => answer(socket, 502, '<html>canary</html>', { 'content-type': 'text/html' }),
    'the answer is cut JSON': (socket) => answer(socket, 201, '{"id":"canary'),
    'the answer does not fit': (socket) => answer(socket, 201, '{"id":{"canary":1}}'),
    'the answer is empty': (socket) => answer(socket, 201, ''),
    'the answer is huge': (socket) => answer(socket, 201, `{"id":"${'x'.repeat(9 * 1024 * 1024)}"}`),
    'a redirect comes': (socket) => answer(socket, 303, '', { location: '/elsewhere' }),
    'a status comes that says nothing definite': (socket) => answer(socket, 408, ''),
  }
  for (const [name, script] of Object.entries(cases)) {
    test(`is unknown and not repeated when ${name}`, async () => {
      const server = await serve(script)
      const { error, sent } = await write({ baseUrl: server.url })
      expect(error?.code).toBe('outcome_unknown')
      expect(sent).toEqual(marked)
      expect(server.requests).toHaveLength(1)
      expect(describeFully(error)).not.toContain('canary')
    })
  }

  test('is unknown when a kept connection dies under it, and is not sent on another one', async () => {
    const server = await serve((socket, _request, number) => {
      if (number === 1) answer(socket, 201, '{"id":"1"}')
      else socket.destroy()
    })
    const client = createJsonClient({ baseUrl: server.url })
    const first = createContext()
    await post(client, first.context)
    const second = createContext()
    const { error } = await settle(post(client, second.context))
    expect(error?.code).toBe('outcome_unknown')
    expect(second.sent).toEqual(marked)
    expect(server.requests).toHaveLength(2)
  })

  test('is unknown when its time runs out', async () => {
    let markSeen = () => {}
    const seen = new Promise<void>((resolve) => {
      markSeen = resolve
    })
    const server = await serve(() => markSeen())
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const writing = write({ baseUrl: server.url, timeoutMs: 5_000 }, { remainingMs: () => 700 })
    await seen
    await vi.advanceTimersByTimeAsync(700)
    const { error, sent } = await writing
    expect(error?.code).toBe('outcome_unknown')
    expect(error?.message).toContain('its time ran out')
    expect(sent).toEqual(marked)
    expect(server.requests).toHaveLength(1)
  })

  test('is unknown when its caller aborts', async () => {
    const controller = new AbortController()
    const server = await serve(() => controller.abort())
    const { error, sent } = await write({ baseUrl: server.url }, { signal: controller.signal })
    expect(error?.code).toBe('outcome_unknown')
    expect(error?.message).toContain('aborted')
    expect(sent).toEqual(marked)
    expect(server.requests).toHaveLength(1)
  })

  test('is not repeated by a dispatcher that would', async () => {
    const server = await serve((socket) => answer(socket, 503, ''))
    const agent = new Agent()
    const dispatcher = new RetryAgent(agent, { methods: ['POST'], maxRetries: 3, minTimeout: 1, maxTimeout: 1 })
    closeLater(() => agent.close())
    const { error, sent } = await write({ baseUrl: server.url, dispatcher })
    expect(error?.code).toBe('outcome_unknown')
    expect(sent).toEqual(marked)
    expect(server.requests).toHaveLength(1)
  })
})
