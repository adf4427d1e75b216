import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type CallContext, isPlatformError, type Progress, Secret } from '@ofm-social/core'
import type { ScriptedPlatform } from '@ofm-social/core/testing'
import { REMOTE_MEMBERS, type RemoteAnswer, type RemoteCall } from './remote-scripted.ts'

/** Serves a scripted platform of this process to `createRemoteScripted` in others: its world outlives them. */
export async function serveScripted(
  platform: ScriptedPlatform,
  now: () => number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = JSON.parse((await buffer(request)).toString()) as RemoteCall
    const answer = await answerCall(platform, (request.url ?? '').slice(1), call, now())
    response.end(JSON.stringify(answer))
  }
  // Who asked is gone, or what it sent is no call.
  const server = createServer((request, response) => serve(request, response).catch(() => void response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('No port is free.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answerCall(
  { adapter }: ScriptedPlatform,
  name: string,
  call: RemoteCall,
  now: number,
): Promise<RemoteAnswer> {
  const known = REMOTE_MEMBERS.find((member) => member === name)
  const member = known && (adapter[known] as ((...given: unknown[]) => Promise<unknown>) | undefined)
  if (!known || !member) throw new Error(`A scripted platform has no ${name}.`)
  const saves: [unknown, Progress | null][] = []
  const context: CallContext = {
    app: { clientId: '' },
    accessToken: async () => new Secret(call.token),
    open: () => Promise.reject(new Error('A scripted platform reads no files.')),
    publicUrl: () => Promise.reject(new Error('A scripted platform reads no files.')),
    attempt: call.attempt,
    checkpoint: call.checkpoint,
    save: async (checkpoint, progress) => void saves.push([checkpoint, progress ?? null]),
    now,
    signal: new AbortController().signal,
    remainingMs: () => 45_000,
    markSent: () => undefined,
    noteRateWindows: () => undefined,
  }
  try {
    const result = await (known === 'readAccount' ? member(context) : member(call.input, context))
    return { result: result ?? null, saves }
  } catch (error) {
    if (!isPlatformError(error)) throw error
    const { code, message, retryAfterMs } = error
    return { error: { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } }
  }
}
