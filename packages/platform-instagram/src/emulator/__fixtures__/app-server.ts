import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An app that takes what the emulator sends it, and echoes challenges. */
export interface AppServer {
  readonly url: string
  /** The next POST that comes, or came. */
  next(): Promise<Received>
  close(): Promise<void>
}

/** @param status Of the answer to a POST. */
export async function startAppServer({ port = 0, status = 200 } = {}): Promise<AppServer> {
  const received: Received[] = []
  const waiting: ((one: Received) => void)[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'GET') {
      response.end(url.searchParams.get('hub.challenge') ?? '')
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one = { path: url.pathname, headers: request.headers, body: Buffer.concat(chunks).toString() }
    const waiter = waiting.shift()
    if (waiter) waiter(one)
    else received.push(one)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve) => {
        const one = received.shift()
        if (one) resolve(one)
        else waiting.push(resolve)
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
