import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError, systemCodeOf } from './start-error.ts'

/** A server that listens, and gets its app when that is ready. */
export interface Listener {
  /** `http://127.0.0.1:3000`. */
  readonly url: string
  serve(app: RequestListener): void
  /** Takes no more connections, lets requests end, and cuts what takes longer than `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Listens first, so that a port that is taken is known before a database is opened. */
export async function listen(host: string, port: number): Promise<Listener> {
  let app: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end()
  }
  const server = createServer({ maxHeaderSize: 16_384 }, (request, response) => app(request, response))
  const close = prepareClose(server)
  server.headersTimeout = 10_000
  // Uploads of gigabytes take their time; what stands still is cut by `timeout`, JSON bodies have their own limit.
  server.requestTimeout = 0
  server.timeout = 120_000
  server.keepAliveTimeout = 65_000
  server.maxHeadersCount = 100
  const address = await bind(server, host, port)
  return {
    url: toUrl(address),
    serve(ready) {
      app = ready
    },
    close,
  }
}

async function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    throw new StartError(toSentence(systemCodeOf(error), host, port), error)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new StartError('The server listens on no TCP port.')
  return address
}

function toSentence(code: string | undefined, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop what listens there, or choose another one: PORT=${port + 1} npm start.`
  }
  if (code === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1023 with PORT.`
  return `The server cannot listen on ${host}, port ${port} (${code}). Check HOST and PORT.`
}

function toUrl({ address, port, family }: AddressInfo): string {
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  return new URL(`http://${family === 'IPv6' && host.includes(':') ? `[${host}]` : host}:${port}`).origin
}

/** A connection on which an answer is due ends with that answer, which says so: what the client sends next comes on a new one, to another process. */
function prepareClose(server: Server): (graceMs: number) => Promise<void> {
  const due = new Set<ServerResponse>()
  let isClosing = false
  server.prependListener('request', ({ socket }, response) => {
    if (isClosing) response.shouldKeepAlive = false
    due.add(response)
    response.once('close', () => {
      due.delete(response)
      // Where the head had gone out already, it could not say so.
      if (isClosing) socket.end()
    })
  })
  return async (graceMs) => {
    isClosing = true
    for (const response of due) response.shouldKeepAlive = false
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    await closed
    clearTimeout(timer)
  }
}
