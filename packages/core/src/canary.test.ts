import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import { startHttpPlatform } from './http-platform.test-support.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import type { Social } from './social.ts'

const spanExporter = new InMemorySpanExporter()
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 })],
})

beforeAll(() => {
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] }),
  )
  metrics.setGlobalMeterProvider(meterProvider)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(async () => {
  await meterProvider.shutdown()
  trace.disable()
  metrics.disable()
  context.disable()
})

/** Everything that can be read of a value, getters and causes included. */
const show = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })

/** The same platform, where each login reaches two accounts. */
function createSharedLogin({ readAccount, ...adapter }: PlatformAdapter): PlatformAdapter {
  return {
    ...adapter,
    platform: 'wires',
    async listAccounts(context) {
      await readAccount?.(context)
      return ['bea', 'cay'].map((username) => ({ externalId: username, username }))
    },
  }
}

eachDatabase('planted secrets', (open) => {
  let opened: TestDatabase
  let social: Social
  let hostSocial: Social
  let platform: Awaited<ReturnType<typeof startHttpPlatform>>
  const secretKey = randomBytes(32).toString('hex')
  const seen: string[] = []
  const planted = {
    clientSecret: 'CANARY-client-secret',
    access: 'CANARY-access',
    refresh: 'CANARY-refresh',
    code: 'CANARY-code',
    host: 'CANARY-host-token',
  }

  beforeAll(async () => {
    opened = await open()
    let number = 0
    platform = await startHttpPlatform(({ head, body, method, path }) => {
      // The platform repeats all that it was told: what careless ones do.
      const echo = { error: `refused ${head} ${body.toString()}` }
      if (path === '/token') {
        number += 1
        if (body.includes('broken')) return { status: 500, body: echo }
        return {
          status: 200,
          body: { access_token: `${planted.access}-${number}`, refresh_token: `${planted.refresh}-${number}` },
        }
      }
      if (path === '/me') return { status: 200, body: { id: 'ada' } }
      if (method === 'GET') return { status: 200, body: { ids: [] } }
      if (body.includes('refuse')) return { status: 400, body: echo }
      if (body.includes('lose')) return 'hang_up'
      if (body.includes('fail')) return { status: 503, body: echo }
      if (body.includes('denied')) return { status: 401, body: echo }
      return { status: 200, body: { id: `post-${platform.requests.length}` } }
    })
    const app = { clientId: 'app', clientSecret: planted.clientSecret }
    const options = {
      store: createPostgresStore(opened.source),
      adapters: [platform.adapter, createSharedLogin(platform.adapter)],
      apps: { wire: app, wires: app },
      secretKey,
      log: (entry: unknown) => void seen.push(show(entry)),
    }
    social = createSocial(options)
    hostSocial = createSocial({
      ...options,
      tokenSource: async () => {
        throw new Error(`no token for ${planted.host}`)
      },
    })
    await social.migrate()
  })
  afterAll(async () => {
    await platform.close()
    await opened.close()
  })

  const attempt = async (call: () => Promise<unknown>): Promise<void> => {
    try {
      seen.push(show(await call()))
    } catch (error) {
      seen.push(show(error), String(error), JSON.stringify(error))
    }
  }
  const logIn = async (platform: string) => {
    const redirectUri = 'https://app.example/callback'
    const { url } = await social.accounts.connect.begin({ creator: 'ada', platform, redirectUri })
    const state = new URL(url).searchParams.get('state') ?? ''
    return social.accounts.connect.complete({ state, code: planted.code })
  }
  const dump = async (): Promise<string> => {
    const tables = await opened.admin(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    )
    const rows = await Promise.all(
      tables.map(({ name }) => opened.admin(`select t::text as row from ${String(name)} t`)),
    )
    expect(tables.length).toBeGreaterThan(15)
    return rows
      .flat()
      .map(({ row }) => String(row))
      .join('\n')
  }

  test('are in no log, error, event, answer, span, metric or row', async () => {
    await social.on('*', (event) => void seen.push(show(event)))
    const verifiers: string[] = []
    await attempt(() => logIn('wire'))
    const [account] = (await social.accounts.list()).items
    for (const externalId of ['nobody', 'cay']) {
      const login = await logIn('wires')
      const choice = login.status === 'choose_account' ? login.state : ''
      seen.push(show(login))
      await attempt(() => social.accounts.connect.complete({ state: choice, externalId }))
    }
    expect((await social.accounts.list({ platform: 'wires' })).items).toMatchObject([{ username: 'cay' }])
    for (const request of platform.requests) {
      const form = new URLSearchParams(request.body.toString())
      verifiers.push(...form.getAll('code_verifier'))
    }
    expect(verifiers).toHaveLength(3)
    for (const text of ['fine', 'refuse', 'lose', 'fail', 'denied']) {
      await attempt(() => social.posts.create({ to: [account?.id ?? ''], text }))
      await attempt(() => social.tick({ maxMs: 60_000 }))
    }
    expect(platform.requests.filter(({ body }) => body.includes(planted.refresh))).not.toEqual([])
    await attempt(() =>
      social.accounts.add({
        creator: 'bea',
        platform: 'wire',
        tokens: { accessToken: `${planted.access}\n bad`, expiresAt: new Date(0) },
      }),
    )
    await attempt(() =>
      social.accounts.add({
        creator: 'bea',
        platform: 'wire',
        tokens: { accessToken: planted.access, refreshToken: 7 as never },
      }),
    )
    const broken = await social.forAgency('broken').accounts.add({
      creator: 'cay',
      platform: 'wire',
      tokens: { accessToken: `${planted.access}-x`, refreshToken: `${planted.refresh}-broken`, expiresAt: new Date(0) },
    })
    await attempt(() => social.forAgency('broken').posts.create({ to: [broken.id], text: 'no token' }))
    const host = hostSocial.forAgency('host')
    const own = await host.accounts.add({ creator: 'dee', platform: 'wire', externalId: 'dee' })
    await attempt(() => host.posts.create({ to: [own.id], text: 'no token' }))
    await attempt(() => hostSocial.tick({ maxMs: 60_000 }))
    for (const { id } of (await social.publications.list()).items) await attempt(() => social.publications.history(id))
    await attempt(() => social.accounts.disconnect(account?.id ?? ''))
    await attempt(() => social.tick({ maxMs: 60_000 }))
    await meterProvider.forceFlush()

    const spans = spanExporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
    const everything = {
      'logs, errors, events and answers': seen.join('\n'),
      spans: show(spans),
      metrics: show(metricExporter.getMetrics().map(({ scopeMetrics }) => scopeMetrics)),
      database: await dump(),
    }
    expect(spans.length).toBeGreaterThan(20)
    expect(everything.metrics).toContain('ofm.publish.outcome_total')
    for (const [where, text] of Object.entries(everything)) {
      const found = ['CANARY', secretKey, ...verifiers].filter((secret) => text.includes(secret))
      const near = /.{0,160}CANARY.{0,40}/.exec(text)?.[0]
      expect([where, found, near]).toEqual([where, [], undefined])
    }
  })
})
