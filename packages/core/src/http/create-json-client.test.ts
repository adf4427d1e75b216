import { describe, expect, test } from 'vitest'
import { createJsonClient } from './create-json-client.ts'
import { answer, createContext, plantedToken, type startServer } from './scripted-server.test-support.ts'
import { madeSchema, marked, settle, useServers, write } from './write-rig.test-support.ts'

const { serve } = useServers()

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

describe('a reading call', () => {
  const read = async (script: Parameters<typeof startServer>[0]) => {
    const server = await serve(script)
    const { context, sent } = createContext()
    const client = createJsonClient({ baseUrl: server.url })
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
    await expect(client.get('/me', { context: { app, signal, now }, auth: 'bearer' })).rejects.toThrow(
      'needs an account',
    )
    await expect(client.mutate('POST', '/a', { context, json: {}, urlencoded: {} })).rejects.toThrow('at most one')
    expect(sent).toEqual([])
  })
})
