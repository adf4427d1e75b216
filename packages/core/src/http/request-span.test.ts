import { type Attributes, context, metrics, type Span, type SpanOptions, trace } from '@opentelemetry/api'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createJsonClient } from './create-json-client.ts'
import { answer, createContext, plantedToken, startServer } from './scripted-server.test-support.ts'

interface SeenSpan {
  readonly name: string
  readonly options: SpanOptions | undefined
  readonly parent: unknown
  readonly attributes: Attributes
  readonly statuses: unknown[]
  readonly events: string[]
  ended: number
}

const spans: SeenSpan[] = []
const measured: { readonly name: string; readonly value: number; readonly attributes: unknown }[] = []
let server: Awaited<ReturnType<typeof startServer>>

beforeAll(async () => {
  server = await startServer((socket, { head }) => answer(socket, head.includes('/fail') ? 503 : 200, '{}'))
  trace.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, options, parent) => observe(name, options, parent),
      startActiveSpan: () => {
        throw new Error('not used here')
      },
    }),
  })
  metrics.setGlobalMeterProvider({
    getMeter: () =>
      ({
        createHistogram: (name: string) => ({
          record: (value: number, attributes: unknown) => void measured.push({ name, value, attributes }),
        }),
      }) as never,
  })
})

afterAll(async () => {
  trace.disable()
  metrics.disable()
  await server.close()
})

beforeEach(() => {
  spans.length = 0
  measured.length = 0
})

function observe(name: string, options: SpanOptions | undefined, parent: unknown): Span {
  const attributes: Attributes = { ...options?.attributes }
  const seen: SeenSpan = { name, options, parent, attributes, statuses: [], events: [], ended: 0 }
  spans.push(seen)
  return {
    setAttribute: (key: string, value: string) => void Object.assign(seen.attributes, { [key]: value }),
    setStatus: (status: unknown) => void seen.statuses.push(status),
    addEvent: (event: string) => void seen.events.push(event),
    end: () => {
      seen.ended += 1
    },
  } as never
}

test('a request is one span below the span of its call, with route and status but without ids, query or token', async () => {
  const parent = context.active().setValue(Symbol('parent'), 1)
  const client = createJsonClient({ baseUrl: server.url })
  const call = createContext({ trace: parent }).context
  await client.get('/2/users/2244994945/tweets', { context: call, query: { access_token: 'canary-query' } })
  const [span] = spans
  expect(spans).toHaveLength(1)
  expect(span).toMatchObject({ name: 'GET /2/users/{id}/tweets', ended: 1, statuses: [] })
  expect(span?.parent).toBe(parent)
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'url.template': '/2/users/{id}/tweets',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(server.url).port),
    'ofm.http.sent': true,
  })
  expect(JSON.stringify([spans, measured])).not.toMatch(new RegExp(`canary|${plantedToken}`))
})

test('a failure is named by its code, in the span and in the duration', async () => {
  const client = createJsonClient({ baseUrl: server.url })
  await client.mutate('POST', '/fail', { context: createContext().context, json: {} }).catch(() => {})
  expect(spans[0]).toMatchObject({ ended: 1, attributes: { 'error.type': 'outcome_unknown', 'ofm.http.sent': true } })
  expect(spans[0]?.statuses).toEqual([{ code: 2, message: 'outcome_unknown' }])
  expect(measured).toEqual([
    {
      name: 'ofm.http.request.duration_seconds',
      value: expect.any(Number),
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 503,
        'server.address': '127.0.0.1',
        'error.type': 'outcome_unknown',
      },
    },
  ])
})

test('a span says when nothing was sent, and when allowances could not be read', async () => {
  const client = createJsonClient({
    baseUrl: server.url,
    readRateWindows: () => {
      throw new TypeError('canary')
    },
  })
  await client.get('/me', { context: createContext().context })
  expect(spans[0]?.events).toEqual(['ofm.http.rate_windows_unreadable'])
  await client.get('/me', { context: createContext({ remainingMs: () => 0 }).context }).catch(() => {})
  expect(spans[1]?.attributes).toMatchObject({ 'ofm.http.sent': false, 'error.type': 'bad_response' })
})
