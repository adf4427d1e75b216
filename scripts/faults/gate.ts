import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** Stands before a platform, sees each request before and after its effect, and may keep the answer. */
export interface Gate {
  readonly url: string
  close(): Promise<void>
}

export interface Passing {
  readonly method: string
  readonly path: string
  readonly effect: 'before' | 'after'
}

/** `sees` is awaited; `drop` ends the request there: before its effect it never happens, after it the answer never comes. */
export async function openGate(target: string, sees: (passing: Passing) => Promise<'pass' | 'drop'>): Promise<Gate> {
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET'
    const path = new URL(request.url ?? '/', target).pathname
    const body = await buffer(request).catch(() => undefined)
    if (!body || (await sees({ method, path, effect: 'before' })) === 'drop') return void response.destroy()
    const answer = await fetch(new URL(request.url ?? '/', target), {
      method,
      headers: pickHeaders(request),
      redirect: 'manual',
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if ((await sees({ method, path, effect: 'after' })) === 'drop') return void response.destroy()
    for (const [name, value] of answer.headers) if (!OF_THE_CONNECTION.includes(name)) response.setHeader(name, value)
    response.writeHead(answer.status).end(bytes)
  }
  // The platform behind it, or who asked, is gone.
  const server = createServer((request, response) => pass(request, response).catch(() => void response.destroy()))
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

const OF_THE_CONNECTION = ['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'expect']

function pickHeaders({ headers }: IncomingMessage): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !OF_THE_CONNECTION.includes(name) ? [[name, value]] : [],
  )
}
