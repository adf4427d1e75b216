import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from './testing/start-test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('who may call', () => {
  test('nobody without a key', async () => {
    const answer = await app.request('GET', '/v1/creators', { as: null })
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ code: 'unauthorized', status: 401 })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each([
    ['a key with a typing mistake', (key: string) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`],
    ['a key that was cut off', (key: string) => key.slice(0, -4)],
    ['an unknown key of the right form', () => 'ofm_live_00000000000000000000000000000000000000000000000'],
    ['any text', () => 'secret'],
  ])('not %s', async (_name, change) => {
    expect((await app.request('GET', '/v1/creators', { as: change(app.key) })).status).toBe(401)
  })

  test('every route asks for a key, but health, the reference, the login callback, signed addresses of files, and webhooks, which platforms sign', async () => {
    const document = (await app.request('GET', '/openapi.json', { as: null })).body
    const open: string[] = []
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of Object.keys(item as object)) {
        const url = path.replaceAll(/\{\w+\}/g, 'x')
        const { status } = await app.request(method.toUpperCase(), url, { as: null })
        if (status !== 401) open.push(`${method} ${path}`)
      }
    }
    expect(open).toEqual([
      'get /v1/oauth/callback/{platform}',
      'get /media/{link}',
      'get /v1/webhooks/{platform}',
      'post /v1/webhooks/{platform}',
      'get /v1/webhooks/{platform}/{agency}',
      'post /v1/webhooks/{platform}/{agency}',
      'get /livez',
      'get /readyz',
    ])
  })
})

describe('answers', () => {
  test('carry the id of the request, also the one that the caller gave', async () => {
    const own = await app.request('GET', '/v1/creators')
    expect(own.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    const given = await app.request('GET', '/v1/posts/none', { headers: { 'x-request-id': 'order-981-try-2' } })
    expect(given.headers.get('x-request-id')).toBe('order-981-try-2')
    expect(given.body.instance).toBe('urn:ofm:request:order-981-try-2')
    const forged = await app.request('GET', '/v1/creators', { headers: { 'x-request-id': 'a b"c' } })
    expect(forged.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
  })

  test('of lists link to the next page, with the same filter, until the end', async () => {
    for (const creator of ['ada', 'bea']) await app.request('POST', '/v1/creators', { body: { externalId: creator } })
    const first = await app.request('GET', '/v1/creators?limit=1')
    const [, query = ''] = /^<(\?.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? []
    expect(new URLSearchParams(query).get('limit')).toBe('1')
    const second = await app.request('GET', `/v1/creators${query}`)
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id)
    expect((await app.request('GET', '/v1/creators?limit=200')).headers.get('link')).toBeNull()
  })

  test('of tenants are never stored, framed or run as scripts', async () => {
    const { headers } = await app.request('GET', '/v1/creators')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('to an unknown path say so', async () => {
    const answer = await app.request('GET', '/v1/nothing')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toMatch('application/problem+json')
    expect(answer.body.code).toBe('unknown_route')
  })

  test('to a path that is not encoded as it must be say so', async () => {
    const answer = await app.request('GET', '/v1/posts/%E0%A4%A')
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input'])
  })

  test('to a method that a path does not take name those that it takes', async () => {
    const answer = await app.request('DELETE', '/v1/posts')
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, POST')
    expect(answer.body).toMatchObject({
      code: 'method_not_allowed',
      detail: 'There is no DELETE /v1/posts; it takes GET, POST.',
    })
  })
})

describe('bodies', () => {
  test('are refused with everything that is wrong, each with where', async () => {
    const { status, body } = await app.request('POST', '/v1/posts', {
      body: { to: 'account_1', parts: [{ text: 5 }], ratng: 'adult', 'a/b': 1 },
    })
    expect(status).toBe(400)
    expect(body.code).toBe('invalid_input')
    expect(body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toEqual([
      ['/to', 'wrong_type'],
      ['/parts/0/text', 'wrong_type'],
      ['/ratng', 'unknown_field'],
      ['/a~1b', 'unknown_field'],
    ])
  })

  test('name the field of a query, too', async () => {
    const { status, body } = await app.request('GET', '/v1/creators?limit=0&offset=3')
    expect(status).toBe(400)
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['query:/limit', 'query:/offset'])
  })

  test('never come back in a refusal: they may be secrets', async () => {
    const { text } = await app.request('POST', '/v1/accounts', {
      body: {
        creator: 'ada',
        platform: 'scripted',
        tokens: { accessToken: ['CANARY-token'], refreshToken: 'CANARY-token' },
      },
    })
    expect(text).toContain('invalid_input')
    expect(text).not.toContain('CANARY')
  })

  test.each([
    ['NUL', 'a\0b'],
    ['half of an emoji', 'Sunset \ud83c'],
  ])('with %s in a text are refused, wherever it stands', async (_name, text) => {
    const post = await app.request('POST', '/v1/posts', { body: { to: [text], parts: [{ text }], by: text } })
    expect([post.status, post.body.code]).toEqual([400, 'invalid_input'])
    expect(post.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/by',
      '/parts/0/text',
      '/to/0',
    ])
    expect(post.body.errors[0].message).toMatch(/NUL or half of a character/)
    const creator = await app.request('POST', '/v1/creators', { body: { externalId: 'zoe', [text]: 1 } })
    expect(creator.status).toBe(400)
  })

  test('with NUL in a path or a query are refused, too', async () => {
    for (const path of ['/v1/creators/a%00b', '/v1/posts?creator=a%00b']) {
      expect((await app.request('GET', path)).status).toBe(400)
    }
  })

  test('that are nested deeply are refused like others', async () => {
    const settings = '['.repeat(100_000) + ']'.repeat(100_000)
    const raw = `{"to":[{"account":"account_1","settings":${settings}}],"text":"\\ud83c"}`
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'deep' }
    const answer = await app.request('POST', '/v1/posts', { raw, headers })
    expect([answer.status, answer.body.detail]).toEqual([400, 'The body is nested deeper than 100 levels.'])
  })

  test('in another encoding are refused, for they would be published wrongly', async () => {
    const raw = new Blob([Buffer.from('{"name":"Zoé"}', 'latin1')])
    const answer = await app.request('POST', '/v1/creators', { raw, headers: { 'content-type': 'application/json' } })
    expect([answer.status, answer.body.detail]).toEqual([400, 'The body is not encoded in UTF-8.'])
  })

  test('that do not arrive are answered after 30 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { hostname, port } = new URL(app.url)
    const socket = connect(Number(port), hostname)
    const answered: string[] = []
    socket.setEncoding('utf8').on('data', (text: string) => answered.push(text))
    socket.write(`POST /v1/creators HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.key}\r\n`)
    socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n{')
    // Each look lets a second of the faked clock pass.
    await vi.waitFor(() => expect(answered.join('')).toContain('body_too_slow'), { interval: 1_000, timeout: 120_000 })
    expect(answered.join('')).toMatch(/^HTTP\/1\.1 408 /)
    socket.destroy()
    vi.useRealTimers()
  })

  test('that are not JSON, not announced as JSON or too large have their codes', async () => {
    const json = { 'content-type': 'application/json' }
    expect((await app.request('POST', '/v1/creators', { raw: '{', headers: json })).body.code).toBe('invalid_json')
    const details = ['{"name":', '{"name": "CANARY",\n}', 'CANARY'].map(async (raw) => {
      return (await app.request('POST', '/v1/creators', { raw, headers: json })).body.detail
    })
    expect(await Promise.all(details)).toEqual([
      'The body cannot be read as JSON: it ends too early.',
      'The body cannot be read as JSON: see line 2, column 1.',
      'The body cannot be read as JSON.',
    ])
    const plain = await app.request('POST', '/v1/creators', { raw: '{}', headers: { 'content-type': 'text/plain' } })
    expect([plain.status, plain.body.code]).toEqual([415, 'unsupported_media_type'])
    const raw = JSON.stringify({ name: 'x'.repeat(300_000) })
    const large = await app.request('POST', '/v1/creators', { raw, headers: json })
    expect([large.status, large.body.code]).toEqual([413, 'body_too_large'])
    const unannounced = await app.request('POST', '/v1/creators', { raw: new Blob([raw]).stream(), headers: json })
    expect([unannounced.status, unannounced.body.code]).toEqual([413, 'body_too_large'])
  })
})

describe('the log', () => {
  test('has one line per request, with the pattern of the route and without the query', async () => {
    app.logged.length = 0
    await app.request('GET', '/v1/oauth/callback/x?state=CANARY-state&code=CANARY-code', { as: null })
    await app.request('GET', '/v1/creators/ada-of-the-query')
    const lines = app.logged.map((line) => JSON.parse(line))
    expect(lines.map(({ route }) => route)).toEqual(['/v1/oauth/callback/:platform', '/v1/creators/:creator'])
    expect(lines[1]).toMatchObject({ method: 'GET', status: 404, key: app.key.slice(9, 17) })
    expect(app.logged.join('')).not.toMatch(/CANARY|ada-of-the-query/)
    expect(app.logged.join('')).not.toContain(app.key)
  })
})

describe('health', () => {
  test('is asked without a key', async () => {
    expect((await app.request('GET', '/livez', { as: null })).body).toEqual({ status: 'ok' })
    const ready = await app.request('GET', '/readyz', { as: null })
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', storage: 'evaluation', engine: 'running' }])
  })

  test('says no while the server stops, and goes on answering', async () => {
    app.health.drain()
    const ready = await app.request('GET', '/readyz', { as: null })
    expect([ready.status, ready.body]).toEqual([503, { status: 'not_ready', obstacles: ['stopping'] }])
    expect((await app.request('GET', '/v1/creators')).status).toBe(200)
  })
})

describe('the reference', () => {
  test('is a page without scripts that names every operation', async () => {
    const document = (await app.request('GET', '/openapi.json', { as: null })).body
    const { headers, text } = await app.request('GET', '/docs', { as: null })
    expect(headers.get('content-type')).toMatch('text/html')
    expect(text).not.toMatch(/<script|https?:\/\/(?!127)[^<"]*\.(js|css)/)
    for (const item of Object.values(document.paths)) {
      for (const { operationId } of Object.values(item as Record<string, { operationId: string }>)) {
        expect(text).toContain(`id="${operationId}"`)
      }
    }
  })

  test('is the document in the repository; `npx vitest run examples/server -u` brings that up to date', async () => {
    const { body } = await app.request('GET', '/openapi.json', { as: null })
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('../openapi.json')
  })
})
