import { Agent, RetryAgent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { isPlatformError, PlatformError } from '../platform/platform-error.ts'
import { Secret } from '../platform/secret.ts'
import { createJsonClient } from './create-json-client.ts'
import type { HttpRequest, JsonClient, JsonClientOptions } from './json-client.ts'
import { answer, createContext, plantedToken, startServer } from './scripted-server.test-support.ts'

const madeSchema = z.object({ id: z.string() })
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const close of closers.splice(0)) await close()
})

async function serve(...script: Parameters<typeof startServer>) {
  const server = await startServer(...script)
  closers.push(server.close)
  return server
}

/** Makes one write and reports all that matters about it. */
async function write(
  options: JsonClientOptions,
  changes: Parameters<typeof createContext>[0] = {},
  request: Partial<HttpRequest<{ id: string }>> = {},
) {
  const { context, sent, windows } = createContext(changes)
  const client = createJsonClient(options)
  return { ...(await settle(post(client, { context, ...request }))), sent, windows }
}

function post(
  client: JsonClient,
  request: Partial<HttpRequest<{ id: string }>> & Pick<HttpRequest<unknown>, 'context'>,
) {
  const body = request.form || request.urlencoded || request.stream ? {} : { json: { text: 'canary text' } }
  return client.mutate('POST', '/2/tweets', { query: { key: 'canary-query' }, answer: madeSchema, ...body, ...request })
}

async function settle<Value>(promise: Promise<Value>) {
  try {
    return { value: await promise }
  } catch (error) {
    if (!isPlatformError(error)) throw error
    return { error }
  }
}

const marked = [{ method: 'POST', path: '/2/tweets' }]

describe('a write that succeeds', () => {
  test('is one request with token, agent and JSON, and is marked before its first byte', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7","more":1}'))
    const { value, sent } = await write({ baseUrl: `${server.url}/`, userAgent: 'host/1' })
    expect(value).toEqual({ id: '7' })
    expect(sent).toEqual(marked)
    expect(server.requests).toHaveLength(1)
    const { head, body } = server.requests[0] ?? { head: '', body: '' }
    expect(head).toMatch(/^POST \/2\/tweets\?key=canary-query HTTP\/1.1\r\n/)
    expect(head).toContain(`authorization: Bearer ${plantedToken}`)
    expect(head).toContain('user-agent: host/1')
    expect(head).toContain('content-type: application/json')
    expect(body.toString()).toBe('{"text":"canary text"}')
  })

  test('needs no readable body when no answer is asked for', async () => {
    const server = await serve((socket) => answer(socket, 204, '', {}))
    const { context, sent } = createContext()
    const client = createJsonClient({ baseUrl: server.url })
    expect(await client.mutate('DELETE', '/2/tweets/1', { context })).toBeUndefined()
    expect(sent).toEqual([{ method: 'DELETE', path: '/2/tweets/1' }])
  })

  test.each([
    ['a write', 'mutate', 'outcome_unknown'],
    ['a reading call', 'read', 'bad_response'],
  ] as const)(
    'does not believe a success whose body breaks off, also where no answer is asked for: %s',
    async (_, how, code) => {
      const server = await serve((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
        socket.destroySoon()
      })
      const { context } = createContext()
      const client = createJsonClient({ baseUrl: server.url })
      await expect(client[how]('DELETE', '/2/tweets/1', { context })).rejects.toMatchObject({ code })
    },
  )

  test('says what the headers say about allowances, and survives an adapter that cannot read them', async () => {
    const server = await serve((socket) => answer(socket, 201, '{"id":"7"}', { 'x-rate-limit-remaining': '3' }))
    const window = { name: 'all', scope: 'app', limit: 10, remaining: 3, resetAt: 5 } as const
    const noted = await write({ baseUrl: server.url, readRateWindows: () => [window] })
    expect(noted.windows).toEqual([window])
    const failing = await write({
      baseUrl: server.url,
      readRateWindows: () => {
        throw new TypeError('no such header')
      },
    })
    expect(failing.value).toEqual({ id: '7' })
  })
})

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
    closers.push(() => dispatcher.close())
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
    await expect(post(createJsonClient({ baseUrl: server.url }), { context })).rejects.toBe(refusal)
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
    await post(client, { context: first.context })
    const second = createContext()
    const { error } = await settle(post(client, { context: second.context }))
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
    closers.push(() => agent.close())
    const { error, sent } = await write({ baseUrl: server.url, dispatcher })
    expect(error?.code).toBe('outcome_unknown')
    expect(sent).toEqual(marked)
    expect(server.requests).toHaveLength(1)
  })
})

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

describe('a reading call', () => {
  const read = async (script: Parameters<typeof startServer>[0], options: Partial<JsonClientOptions> = {}) => {
    const server = await serve(script)
    const { context, sent } = createContext()
    const client = createJsonClient({ baseUrl: server.url, ...options })
    const settled = await settle(client.get('/2/users/me', { context, answer: madeSchema }))
    return { ...settled, sent, requests: server.requests }
  }

  test('is never marked as sent', async () => {
    const { value, sent } = await read((socket) => answer(socket, 200, '{"id":"9"}'))
    expect(value).toEqual({ id: '9' })
    expect(sent).toEqual([])
  })

  const failing: Record<string, Parameters<typeof startServer>[0]> = {
    'a 503': (socket) => answer(socket, 503, '', { 'retry-after': '2' }),
    'a 404': (socket) => answer(socket, 404, ''),
    'a reset': (socket) => socket.resetAndDestroy(),
    'an HTML page': (socket) => answer(socket, 200, '<html>'),
    'a redirect': (socket) => answer(socket, 302, '', { location: '/2/users/you' }),
  }
  for (const [name, script] of Object.entries(failing)) {
    test(`is a bad response after ${name}, and not repeated`, async () => {
      const { error, sent, requests } = await read(script)
      expect(error?.code).toBe('bad_response')
      expect(error?.retryAfterMs).toBe(name === 'a 503' ? 2_000 : undefined)
      expect(sent).toEqual([])
      expect(requests).toHaveLength(1)
    })
  }

  test('may be a POST, as a token endpoint is, with the app as its author', async () => {
    const server = await serve((socket) => answer(socket, 200, '{"id":"9"}'))
    const { app, signal, now } = createContext().context
    const client = createJsonClient({ baseUrl: server.url })
    const urlencoded = { grant_type: 'refresh_token', refresh_token: 'a b&c' }
    await client.read('POST', '/token', {
      context: { app, signal, now },
      auth: 'basic',
      urlencoded,
      answer: madeSchema,
    })
    const { head, body } = server.requests[0] ?? { head: '', body: '' }
    expect(head).toContain(`authorization: Basic ${Buffer.from('app:canary-secret-0815').toString('base64')}`)
    expect(body.toString()).toBe('grant_type=refresh_token&refresh_token=a+b%26c')
  })

  test('says that the app is misconfigured when its id and secret are refused', async () => {
    const server = await serve((socket) => answer(socket, 401, ''))
    const { app, signal, now } = createContext().context
    const client = createJsonClient({ baseUrl: server.url })
    const { error } = await settle(client.read('POST', '/token', { context: { app, signal, now }, auth: 'basic' }))
    expect(error?.code).toBe('misconfigured')
  })
})

describe('a client', () => {
  test('refuses a base that it could not use, without repeating it', () => {
    expect(() => createJsonClient({ baseUrl: 'api.x.com' })).toThrow('absolute URL')
    const wrong = 'ftp://canary:secret@api.x.com/?a=1'
    expect(() => createJsonClient({ baseUrl: wrong })).toThrow(
      'baseUrl must begin with https:// or http://, must not hold credentials, must not have a query or a fragment.',
    )
  })

  test('refuses requests that cannot be meant, before anything is sent', async () => {
    const client = createJsonClient({ baseUrl: 'http://127.0.0.1:1' })
    const { context, sent } = createContext()
    await expect(client.mutate('POST', 'no-slash', { context })).rejects.toThrow('must start with "/"')
    const { app, signal, now } = context
    await expect(client.get('/me', { context: { app, signal, now }, auth: 'bearer' })).rejects.toThrow(TypeError)
    await expect(client.mutate('POST', '/a', { context, json: {}, urlencoded: {} })).rejects.toThrow('at most one')
    expect(sent).toEqual([])
  })
})

/** All that a log could show of an error. */
function describeFully(error: unknown): string {
  const parts: string[] = []
  for (let current = error; current instanceof Error; current = current.cause) {
    parts.push(current.message, JSON.stringify(current), String(current.stack), ...Object.values(current).map(String))
  }
  return parts.join('\n')
}
