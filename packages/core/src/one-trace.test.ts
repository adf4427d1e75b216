import { randomBytes } from 'node:crypto'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import { startHttpPlatform } from './http-platform.test-support.ts'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import type { Social } from './social.ts'

const exporter = new InMemorySpanExporter()

eachDatabase('one trace', (open) => {
  let opened: TestDatabase
  let platform: Awaited<ReturnType<typeof startHttpPlatform>>
  let social: Social
  let account: string

  beforeAll(async () => {
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    propagation.setGlobalPropagator(new W3CTraceContextPropagator())
    opened = await open()
    platform = await startHttpPlatform(({ method, path }) =>
      method === 'POST' && path === '/posts'
        ? { status: 200, body: { id: `post-${platform.requests.length}` } }
        : { status: 200, body: { id: 'ada' } },
    )
    social = createSocial({
      store: createPostgresStore(opened.source),
      adapters: [platform.adapter],
      apps: { wire: { clientId: 'app' } },
      secretKey: randomBytes(32).toString('hex'),
    })
    await social.migrate()
    account = (await social.accounts.add({ creator: 'ada', platform: 'wire', tokens: { accessToken: 'token' } })).id
  })
  afterAll(async () => {
    trace.disable()
    context.disable()
    propagation.disable()
    await platform.close()
    await opened.close()
  })
  beforeEach(() => exporter.reset())

  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans()
  const named = (name: string): ReadableSpan | undefined => spans().find((span) => span.name === name)
  const chain = ['ofm.posts.create', 'ofm.publication.advance', 'ofm.part.publish', 'POST /posts']
  /** Each span of the chain is the parent of the next, all in one trace. */
  const expectChain = (): void => {
    const found = chain.map(named)
    expect(found.map((span) => span?.name)).toEqual(chain)
    expect(found.slice(1).map((span) => span?.parentSpanContext?.spanId)).toEqual(
      found.slice(0, -1).map((span) => span?.spanContext().spanId),
    )
    expect(new Set(found.map((span) => span?.spanContext().traceId)).size).toBe(1)
  }

  test("leads from posts.create to the platform's HTTP call", async () => {
    await social.posts.create({ to: [account], text: 'Traced' })
    await social.tick({ maxMs: 60_000 })
    expectChain()
    expect(named('POST /posts')?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.template': '/posts',
    })
    expect(named('ofm.part.publish')?.attributes).toMatchObject({
      'ofm.attempt.id': expect.stringMatching(/./),
      'ofm.attempt.number': 1,
    })
  })

  test("is the caller's, when there is one", async () => {
    await trace.getTracer('host').startActiveSpan('POST /orders', async (span) => {
      await social.posts.create({ to: [account], text: 'Traced by the host' })
      span.end()
    })
    await social.tick({ maxMs: 60_000 })
    expectChain()
    expect(named(chain[0] ?? '')?.parentSpanContext?.spanId).toBe(named('POST /orders')?.spanContext().spanId)
  })

  test("begins in the host's own transaction as well", async () => {
    const { source } = opened
    const client = source.pool ? await source.pool.connect() : null
    const query = async (text: string, values: readonly unknown[] = []) =>
      client
        ? client.query<Record<string, unknown>>(text, [...values])
        : { rows: (await source.pglite?.query<Record<string, unknown>>(text, [...values]))?.rows ?? [] }
    await query('begin')
    await social.within({ query }).posts.create({ to: [account], text: 'Traced within' })
    await query('commit')
    client?.release()
    await social.tick({ maxMs: 60_000 })
    expectChain()
  })

  test('names the problem of a refused post, without its text', async () => {
    await expect(social.posts.create({ to: [account], text: '' })).rejects.toMatchObject({ code: 'invalid_post' })
    expect(named('ofm.posts.create')?.status.code).toBe(SpanStatusCode.ERROR)
    expect(named('ofm.posts.create')?.attributes['error.type']).toBe('invalid_post')
  })
})
