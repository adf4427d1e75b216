import { PGlite } from '@electric-sql/pglite'
import { createLedger, type Ledger } from '@ofm-social/budget'
import { createMemoryLedgerStore } from '@ofm-social/budget/memory'
import { createTestSocial, type TestSocial, type TestSocialOptions } from '@ofm-social/core/testing'
import { recordServiceUse } from '@ofm-social/test-services'
import { type ApiKeys, createApiKeys } from '../api-keys.ts'
import { type AppDependencies, createApp } from '../app.ts'
import { createHealth, type Health } from '../health.ts'
import { createIdempotency } from '../idempotency.ts'
import { listen } from '../listen.ts'
import { createLog } from '../log.ts'
import { migrateServerTables } from '../server-tables.ts'

/** The app over HTTP, on a scripted platform and a clock that stands still. Every answer is compared with the reference. */
export interface TestApp {
  readonly url: string
  readonly social: TestSocial
  readonly apiKeys: ApiKeys
  readonly health: Health
  readonly ledger: Ledger
  /** Of the default agency. */
  readonly key: string
  /** Lines of the log. */
  readonly logged: string[]
  /** A request with the key, or with `as`; JSON both ways. */
  request(method: string, path: string, options?: TestRequest): Promise<TestAnswer>
  close(): Promise<void>
}

export interface TestRequest {
  readonly body?: unknown
  /** Instead of a JSON body. */
  readonly raw?: string | Blob | FormData | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
  readonly as?: string | null
}

export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there.
  readonly body: any
  readonly text: string
}

export async function startTestApp(
  overrides: Partial<AppDependencies> = {},
  options: TestSocialOptions = {},
): Promise<TestApp> {
  recordServiceUse('PGlite')
  const pglite = await PGlite.create()
  await migrateServerTables(pglite)
  const social = await createTestSocial(options)
  const apiKeys = createApiKeys(pglite)
  const ledger = createLedger({ store: createMemoryLedgerStore() })
  const logged: string[] = []
  const log = createLog('trace', { write: (line) => void logged.push(line) })
  const health = createHealth({ migrations: () => social.assertMigrated() }, () => undefined)
  const listener = await listen('127.0.0.1', 0)
  const app = createApp({
    social,
    apiKeys,
    idempotency: createIdempotency(pglite, ['a secret of the test']),
    health,
    ledger: { open: async () => ledger },
    readEngine: async () => 'running',
    serves: 'all',
    log,
    publicUrl: 'http://127.0.0.1:3000',
    returnToOrigins: ['https://app.example'],
    uploadSizeBytesMax: 1_000_000,
    media: null,
    storage: 'evaluation',
    answers: 'checked',
    ...overrides,
  })
  listener.serve(app)
  const key = await apiKeys.create({ agency: null, name: 'test' })
  return {
    url: listener.url,
    social,
    apiKeys,
    health,
    ledger,
    key,
    logged,
    request: (method, path, request) => send(`${listener.url}${path}`, method, { as: key, ...request }),
    async close() {
      await listener.close(0)
      health.stop()
      await pglite.close()
    },
  }
}

async function send(url: string, method: string, { body, raw, headers, as }: TestRequest): Promise<TestAnswer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(as ? { authorization: `Bearer ${as}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(raw === undefined ? {} : { body: raw, duplex: 'half' }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}
