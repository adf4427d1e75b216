import { afterEach } from 'vitest'
import * as z from 'zod'
import type { CallContext } from '../platform/call-context.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import { createJsonClient } from './create-json-client.ts'
import type { JsonClient, JsonClientOptions } from './json-client.ts'
import { createContext, startServer } from './scripted-server.test-support.ts'

/** What a write answers when it succeeds. */
export const madeSchema = z.object({ id: z.string() })

/** What core was told of a write that was sent. */
export const marked = [{ method: 'POST', path: '/2/tweets' }]

/** Scripted servers, closed after each test of the suite that calls it. */
export function useServers() {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  return {
    async serve(...script: Parameters<typeof startServer>) {
      const server = await startServer(...script)
      closers.push(server.close)
      return server
    },
    /** For what a test opens beside them. */
    closeLater: (close: () => Promise<void>) => void closers.push(close),
  }
}

/** Makes one write and reports all that matters about it. */
export async function write(options: JsonClientOptions, changes: Partial<CallContext> = {}) {
  const { context, sent, windows } = createContext(changes)
  return { ...(await settle(post(createJsonClient(options), context))), sent, windows }
}

export function post(client: JsonClient, context: CallContext) {
  const body = { query: { key: 'canary-query' }, json: { text: 'canary text' } }
  return client.mutate('POST', '/2/tweets', { context, answer: madeSchema, ...body })
}

/** A value, or the `PlatformError` that came instead. */
export async function settle<Value>(promise: Promise<Value>) {
  try {
    return { value: await promise }
  } catch (error) {
    if (!isPlatformError(error)) throw error
    return { error }
  }
}

/** All that a log could show of an error. */
export function describeFully(error: unknown): string {
  const parts: string[] = []
  for (let current = error; current instanceof Error; current = current.cause) {
    parts.push(current.message, JSON.stringify(current), String(current.stack), ...Object.values(current).map(String))
  }
  return parts.join('\n')
}
