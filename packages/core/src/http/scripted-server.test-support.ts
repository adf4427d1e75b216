import { createServer, type Socket } from 'node:net'
import type { CallContext } from '../platform/call-context.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import { Secret } from '../platform/secret.ts'

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly head: string
  readonly body: Buffer
}

/** A TCP server that does with each complete request what its script says. */
export async function startServer(
  script: (socket: Socket, request: SeenRequest, number: number) => void,
  onConnection: (socket: Socket) => void = () => {},
) {
  const requests: SeenRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
    let pending = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      const request = takeRequest(pending)
      if (!request) return
      pending = Buffer.alloc(0)
      requests.push(request)
      script(socket, request, requests.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: `127.0.0.1:${address.port}`,
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function takeRequest(bytes: Buffer): SeenRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.subarray(0, end).toString()
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  const body = bytes.subarray(end + 4)
  return body.byteLength < length ? undefined : { head, body }
}

/** Writes a whole answer. */
export function answer(socket: Socket, status: number, body: string, headers: Record<string, string> = {}) {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n${body}`)
}

export const plantedToken = 'canary-token-4711'

/** A context that remembers what the client told it. */
export function createContext(changes: Partial<CallContext> = {}) {
  const sent: { readonly method: string; readonly path: string }[] = []
  const windows: RateWindow[] = []
  const unused = () => {
    throw new Error('not used here')
  }
  const context: CallContext = {
    app: { clientId: 'app', clientSecret: new Secret('canary-secret-0815') },
    accessToken: async () => new Secret(plantedToken),
    open: unused,
    publicUrl: unused,
    attempt: { id: 'attempt_1', key: 'key', number: 1 },
    checkpoint: undefined,
    save: unused,
    now: 1_790_000_000_000,
    signal: new AbortController().signal,
    remainingMs: () => 60_000,
    markSent: (request) => void sent.push(request),
    noteRateWindows: (noted) => void windows.push(...noted),
    ...changes,
  }
  return { context, sent, windows }
}
