import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFixedClock, type FixedClock } from '../fixed-clock.ts'
import type { EmulatorDefinition } from './emulator-definition.ts'
import type { EmulatorFault } from './emulator-fault.ts'
import { type Emulator, startEmulator } from './start-emulator.ts'

interface Notes {
  notes: { id: string; text: string; photo: string | null; likes: number }[]
  token: string
}

const platform: EmulatorDefinition<Notes> = {
  platform: 'notes',
  seed: () => ({ notes: [], token: 'seeded' }),
  routes: [
    {
      method: 'POST',
      path: '/notes',
      answer(request, { state, blobs }) {
        const photo = request.form.get('photo')
        const note = {
          id: String(state.notes.length + 1),
          text: String(request.form.get('text') ?? Object(request.json).text ?? request.urlencoded.get('text')),
          photo: typeof photo === 'object' ? blobs.put(photo.bytes) : null,
          likes: 0,
        }
        state.notes.push(note)
        return { status: 201, json: note }
      },
    },
    {
      method: 'GET',
      path: '/notes/:id',
      answer(request, { state }) {
        const note = state.notes.find(({ id }) => id === request.params.id)
        return note ? { status: 200, json: note } : { status: 404, json: {} }
      },
    },
    { method: 'GET', path: '/now', answer: (_, { now }) => ({ status: 200, json: { now } }) },
    { method: 'GET', path: '/fault', answer: (_, { fault }) => ({ status: 200, json: { fault } }) },
    {
      method: 'GET',
      path: '/blobs/*sha256',
      answer(request, { blobs }) {
        const body = blobs.get(request.params.sha256 ?? '')
        return body ? { status: 200, bytes: { body, type: 'image/png' } } : { status: 404 }
      },
    },
    {
      method: 'GET',
      path: '/broken',
      answer() {
        throw new Error('a bug')
      },
    },
  ],
  after: (_, answer) => ({ ...answer, headers: { ...answer.headers, 'x-platform': 'notes' } }),
  notFound: (request) => ({ status: 404, json: { error: `no ${request.path}` } }),
  credentials: (state) => ({
    app: { clientId: 'app', clientSecret: 'hush', redirectUris: [] },
    accounts: [{ id: '1', username: 'ada', accessToken: state.token, refreshToken: null, scopes: [] }],
  }),
  posts: (state) =>
    state.notes.map(({ id, text, photo }) => ({
      id,
      accountId: '1',
      kind: 'post',
      text,
      mediaSha256: photo ? [photo] : [],
      parentId: null,
      target: null,
      visibility: 'public',
      createdAt: '2026-12-01T12:00:00.000Z',
      removedAt: null,
    })),
  controls: [
    {
      method: 'POST',
      path: '/_emulator/notes/:id/text',
      answer(request, { state }) {
        const note = state.notes.find(({ id }) => id === request.params.id)
        if (note) note.text = String(Object(request.json).text)
        return { status: note ? 200 : 404, json: {} }
      },
    },
  ],
  counters: ['likes', 'shares'],
  setMetrics(state, postId, metrics) {
    const note = state.notes.find(({ id }) => id === postId)
    if (note && !('curve' in metrics)) note.likes = Number(metrics.likes)
    return note !== undefined
  },
  rateLimited: (_, __, fault) => ({
    status: 429,
    headers: { 'retry-after': String((fault.retryAfterMs ?? 1000) / 1000) },
  }),
}

let clock: FixedClock
let emulator: Emulator

beforeEach(async () => {
  clock = createFixedClock()
  emulator = await startEmulator(platform, { now: clock.now })
})
afterEach(() => emulator.close())

const write = (text: string, init?: RequestInit) =>
  fetch(`${emulator.url}/notes`, {
    method: 'POST',
    body: JSON.stringify({ text }),
    headers: { 'content-type': 'application/json' },
    ...init,
  })
const control = (method: string, path: string, body?: unknown) =>
  fetch(`${emulator.url}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const hit = (fault: EmulatorFault) => emulator.addFault({ match: { method: 'POST', path: '/notes' }, fault })
const texts = () => emulator.posts().map(({ text }) => text)

describe('a platform', () => {
  test('answers by its routes, with the headers that all answers have', async () => {
    const written = await write('hello')
    expect([written.status, written.headers.get('x-platform'), await written.json()]).toMatchObject([
      201,
      'notes',
      { text: 'hello' },
    ])
    expect(await (await fetch(`${emulator.url}/notes/1?with=query`)).json()).toMatchObject({ text: 'hello' })
    expect(await (await fetch(`${emulator.url}/else`)).json()).toEqual({ error: 'no /else' })
  })

  test('reads forms of both kinds, and serves the bytes that came with one', async () => {
    await write('', { body: new URLSearchParams({ text: 'a & b' }), headers: {} })
    const form = new FormData()
    form.set('text', 'ünïcode')
    form.set('photo', new Blob([Uint8Array.of(13, 10, 45, 45, 0, 255)], { type: 'image/png' }), 'a "b".png')
    await write('', { body: form, headers: {} })
    expect(texts()).toEqual(['a & b', 'ünïcode'])
    const [sha256] = emulator.posts()[1]?.mediaSha256 ?? []
    const bytes = await (await fetch(`${emulator.url}/blobs/${sha256}`)).arrayBuffer()
    expect([...new Uint8Array(bytes)]).toEqual([13, 10, 45, 45, 0, 255])
  })

  test('answers HEAD like GET without a body, and OPTIONS with the methods', async () => {
    await write('hello')
    const head = await fetch(`${emulator.url}/notes/1`, { method: 'HEAD' })
    expect([head.status, Number(head.headers.get('content-length')) > 0, await head.text()]).toEqual([200, true, ''])
    const options = await fetch(`${emulator.url}/notes/1`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'OPTIONS, GET, HEAD'])
  })

  test('says so when a route has a bug', async () => {
    const answer = await fetch(`${emulator.url}/broken`)
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('a bug')])
  })

  test('records a request whose client went away in the middle, and nothing happens', async () => {
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1')
    socket.write('POST /notes HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"te')
    await expect
      .poll(() => emulator.requests())
      .toEqual([{ method: 'POST', path: '/notes', status: null, fault: null }])
    socket.destroy()
    expect((await fetch(`${emulator.url}/now`)).status).toBe(200)
    expect(texts()).toEqual([])
  })
})

describe('faults', () => {
  test.each<[EmulatorFault, { status: number | string; happens: boolean }]>([
    [
      { kind: 'refuse', status: 403, body: { why: 'no' } },
      { status: 403, happens: false },
    ],
    [
      { kind: 'accept_then_status', status: 503 },
      { status: 503, happens: true },
    ],
    [{ kind: 'accept_then_reset' }, { status: 'reset', happens: true }],
    [{ kind: 'reset_before' }, { status: 'reset', happens: false }],
    [
      { kind: 'rate_limit', retryAfterMs: 7000 },
      { status: 429, happens: false },
    ],
    [{ kind: 'html_502' }, { status: 502, happens: true }],
    [
      { kind: 'html_502', effect: 'before' },
      { status: 502, happens: false },
    ],
    [{ kind: 'truncate_body' }, { status: 'truncated 201', happens: true }],
    [
      { kind: 'truncate_body', effect: 'before' },
      { status: 'truncated 201', happens: false },
    ],
  ])('%o', async (fault, expected) => {
    hit(fault)
    expect(await describeAnswer(write('hello'))).toBe(expected.status)
    expect(texts()).toEqual(expected.happens ? ['hello'] : [])
    const status = typeof expected.status === 'number' ? expected.status : expected.status === 'reset' ? null : 201
    expect(emulator.requests()).toEqual([{ method: 'POST', path: '/notes', status, fault: fault.kind }])
    expect((await write('again')).status).toBe(201)
    expect(texts()).toHaveLength(expected.happens ? 2 : 1)
  })

  test('refuses with the given body and headers', async () => {
    hit({ kind: 'refuse', status: 422, body: { why: 'no' }, headers: { 'x-code': '7' } })
    const answer = await write('hello')
    expect([answer.headers.get('x-code'), await answer.json()]).toEqual(['7', { why: 'no' }])
  })

  test('accepts, and answers with the given body and headers', async () => {
    const headers = { 'content-type': 'text/html' }
    hit({ kind: 'accept_then_status', status: 520, body: '<h1>520</h1>', headers })
    const answer = await write('hello')
    const told = [answer.status, answer.headers.get('content-type'), await answer.text()]
    expect([told, texts()]).toEqual([[520, 'text/html', '<h1>520</h1>'], ['hello']])
  })

  test('hands faults of processing and tokens to the platform', async () => {
    emulator.addFault({ match: { path: '/fault' }, fault: { kind: 'slow_processing', ms: 5 } })
    const read = async () => (await fetch(`${emulator.url}/fault`)).json()
    expect(await read()).toEqual({ fault: { kind: 'slow_processing', ms: 5 } })
    expect(await read()).toEqual({})
  })

  test('hit as often as asked, in the order of adding, by method, prefix and pattern', async () => {
    emulator.addFault({ match: { pathPattern: '^/notes/\\d+$' }, times: 2, fault: { kind: 'refuse', status: 418 } })
    emulator.addFault({ match: { method: 'get', path: '/no' }, times: 3, fault: { kind: 'refuse', status: 419 } })
    const paths = ['/notes/1', '/now', '/notes/x', '/notes/2', '/notes/3', '/notes/4']
    const statuses: number[] = []
    for (const path of paths) statuses.push((await fetch(`${emulator.url}${path}`)).status)
    expect(statuses).toEqual([418, 419, 419, 418, 419, 404])
    expect((await write('posted')).status).toBe(201)
  })
})

describe('a delayed answer', () => {
  test('comes when the clock has passed it; the effect was at once', async () => {
    hit({ kind: 'delay', ms: 60_000 })
    const answer = write('late')
    await expect.poll(texts).toEqual(['late'])
    emulator.advanceClock(59_999)
    expect(emulator.requests()[0]?.status).toBeNull()
    await control('POST', 'clock', { advanceMs: 1 })
    expect((await answer).status).toBe(201)
  })

  test('comes when the injected clock goes on, as the wall clock does', async () => {
    hit({ kind: 'delay', ms: 60_000 })
    const answer = write('late')
    await expect.poll(texts).toEqual(['late'])
    clock.advance(60_000)
    expect((await answer).status).toBe(201)
  })

  test('has its effect late with `before`, also when the client has gone away', async () => {
    hit({ kind: 'delay', ms: 60_000, effect: 'before' })
    const abort = new AbortController()
    const answer = write('late', { signal: abort.signal })
    await expect.poll(() => emulator.requests()).toHaveLength(1)
    abort.abort()
    await expect(answer).rejects.toThrow()
    expect(texts()).toEqual([])
    emulator.advanceClock(60_000)
    await expect.poll(texts).toEqual(['late'])
  })

  test('is dropped by a reset', async () => {
    hit({ kind: 'delay', ms: 60_000, effect: 'before' })
    const answer = describeAnswer(write('late'))
    await expect.poll(() => emulator.requests()).toHaveLength(1)
    emulator.reset()
    expect(await answer).toBe('reset')
    emulator.advanceClock(60_000)
    expect(texts()).toEqual([])
  })
})

describe('the control interface', () => {
  test('shows credentials, posts and requests, and records no call of its own', async () => {
    await write('hello')
    expect(await (await control('GET', 'credentials')).json()).toMatchObject({ accounts: [{ accessToken: 'seeded' }] })
    expect(await (await control('GET', 'posts')).json()).toMatchObject([{ text: 'hello', removedAt: null }])
    expect(await (await control('GET', 'requests')).json()).toEqual([
      { method: 'POST', path: '/notes', status: 201, fault: null },
    ])
  })

  test('adds and removes faults', async () => {
    const rule = { match: { path: '/now' }, times: 5, fault: { kind: 'refuse', status: 500 } }
    expect((await control('POST', 'faults', rule)).status).toBe(200)
    expect((await fetch(`${emulator.url}/now`)).status).toBe(500)
    await control('DELETE', 'faults')
    expect((await fetch(`${emulator.url}/now`)).status).toBe(200)
  })

  test('names everything that is wrong with an input', async () => {
    const answer = await control('POST', 'faults', {
      match: { path: 'notes', pathPattern: '(' },
      times: 0,
      fault: { kind: 'refuse' },
      extra: 1,
    })
    expect(answer.status).toBe(400)
    const problems = await readProblems(answer)
    expect(problems.map(({ path }) => path).sort()).toEqual([
      '',
      'fault/status',
      'match',
      'match/path',
      'match/pathPattern',
      'times',
    ])
    for (const [path, body] of [
      ['faults', { match: { path: '/a', pathPattern: 'a' }, fault: { kind: 'reset_before' } }],
      ['faults', { match: {}, fault: { kind: 'unknown' } }],
      ['clock', { advanceMs: -1 }],
      ['clock', undefined],
      ['posts/1/metrics', {}],
      ['posts/1/metrics', { curve: [] }],
    ] as const) {
      const refused = await control('POST', path, body)
      expect([path, refused.status, (await readProblems(refused)).length > 0]).toEqual([path, 400, true])
    }
  })

  test('knows unknown calls, wrong methods and unknown posts', async () => {
    const unknown = await control('GET', 'nothing')
    expect([unknown.status, await readProblems(unknown)]).toEqual([
      404,
      [
        {
          path: '',
          problem: `no such call; there are: ${[
            'GET /_emulator/credentials',
            'GET /_emulator/posts',
            'GET /_emulator/requests',
            'POST /_emulator/faults',
            'DELETE /_emulator/faults',
            'POST /_emulator/clock',
            'POST /_emulator/posts/:id/metrics',
            'POST /_emulator/reset',
            'POST /_emulator/notes/:id/text',
          ].join(', ')}`,
        },
      ],
    ])
    const wrong = await control('GET', 'faults')
    expect([wrong.status, await readProblems(wrong)]).toEqual([
      405,
      [{ path: '', problem: 'no such call; there are: POST /_emulator/faults, DELETE /_emulator/faults' }],
    ])
    expect((await control('GET', 'notes/1/text')).status).toBe(405)
    expect((await control('POST', 'posts/9/metrics', { likes: 1 })).status).toBe(404)
    expect((await control('POST', 'posts/%E0%A4%A/metrics', { likes: 1 })).status).toBe(404)
  })

  test('sets counters', async () => {
    await write('hello')
    expect((await control('POST', 'posts/1/metrics', { likes: 7 })).status).toBe(200)
    expect(await (await fetch(`${emulator.url}/notes/1`)).json()).toMatchObject({ likes: 7 })
  })

  test('names the counters that there are for one that there is not', async () => {
    await write('hello')
    const refused = await control('POST', 'posts/1/metrics', { likes: 7, like_count: 7 })
    const problem = 'is no counter; there are: likes, shares'
    expect([refused.status, await readProblems(refused)]).toEqual([400, [{ path: 'like_count', problem }]])
    const curve = [{ afterMs: 0, counters: { shared: 1 } }]
    expect(await readProblems(await control('POST', 'posts/1/metrics', { curve }))).toEqual([
      { path: 'curve/0/counters/shared', problem },
    ])
    expect(() => emulator.setMetrics('1', { cats: 1 })).toThrow(`cats ${problem}`)
    expect(await (await fetch(`${emulator.url}/notes/1`)).json()).toMatchObject({ likes: 0 })
  })

  test('moves the clock, and a reset brings everything back', async () => {
    const readNow = async () => Object((await (await fetch(`${emulator.url}/now`)).json()) as unknown).now as number
    await write('hello')
    hit({ kind: 'reset_before' })
    await control('POST', 'clock', { advanceMs: 5000 })
    expect(await readNow()).toBe(clock.now() + 5000)
    await control('POST', 'reset')
    expect(await readNow()).toBe(clock.now())
    expect([texts(), emulator.requests().length]).toEqual([[], 1])
    expect((await write('hello')).status).toBe(201)
  })
})

describe('a state file', () => {
  const start = (stateFile: string) => startEmulator(platform, { now: clock.now, stateFile })

  test('lets a second start find posts, media and the clock', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'emulator-'))
    const file = join(folder, 'new', 'state.json')
    await emulator.close()
    emulator = await start(file)
    const form = new FormData()
    form.set('text', 'kept')
    form.set('photo', new Blob(['bytes'], { type: 'image/png' }), 'a.png')
    await write('', { body: form, headers: {} })
    emulator.advanceClock(5000)
    expect(await readdir(join(folder, 'new'))).toEqual(['state.json', 'state.json.blobs'])

    const second = await start(file)
    try {
      expect(second.posts()).toEqual(emulator.posts())
      const sha256 = second.posts()[0]?.mediaSha256[0]
      expect(await (await fetch(`${second.url}/blobs/${sha256}`)).text()).toBe('bytes')
      expect(await (await fetch(`${second.url}/now`)).json()).toEqual({ now: clock.now() + 5000 })
      second.reset()
    } finally {
      await second.close()
    }
    const third = await start(file)
    expect(third.posts()).toEqual([])
    await third.close()
  })

  test('of another platform or without sense is refused with a sentence', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'emulator-')), 'state.json')
    await writeFile(file, '{"version":1,"platform":"other","advancedMs":0,"state":{}}')
    await expect(start(file)).rejects.toThrow('holds the state of the emulator of other, not of notes')
    await writeFile(file, '{"version":')
    await expect(start(file)).rejects.toThrow('holds no emulator state')
  })
})

test('a taken port rejects with the error of the socket', async () => {
  const port = Number(new URL(emulator.url).port)
  await expect(startEmulator(platform, { port, now: clock.now })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

async function readProblems(answer: Response): Promise<{ path: string; problem: string }[]> {
  const { problems } = (await answer.json()) as { problems: { path: string; problem: string }[] }
  return problems
}

/** `reset` when the socket died before the status, `truncated 201` when it died in the body. */
async function describeAnswer(answer: Promise<Response>): Promise<number | string> {
  let status: number
  try {
    const response = await answer
    status = response.status
    try {
      await response.text()
      return status
    } catch {
      return `truncated ${status}`
    }
  } catch {
    return 'reset'
  }
}

test('has control calls of its own, which no fault hits and no record shows', async () => {
  await write('a')
  emulator.addFault({ match: {}, fault: { kind: 'reset_before' } })
  expect((await control('POST', 'notes/1/text', { text: 'b' })).status).toBe(200)
  expect((await control('POST', 'notes/2/text', { text: 'b' })).status).toBe(404)
  expect(emulator.posts()).toMatchObject([{ text: 'b' }])
  expect(emulator.requests()).toHaveLength(1)
})
