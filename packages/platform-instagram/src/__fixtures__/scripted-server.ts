import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the server got it. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: Buffer
  /** Parsed `application/json`, else undefined. */
  readonly json: unknown
  /** Parsed form, multipart or urlencoded; empty otherwise. Files are `<size> bytes`. */
  readonly form: Readonly<Record<string, string>>
}

export interface ScriptedAnswer {
  readonly status?: number
  readonly json?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The socket dies instead of an answer. */
  readonly reset?: true
  /** Half of the body, then the socket dies. */
  readonly breaksOff?: true
}

export type Script = (request: ScriptedRequest, number: number) => ScriptedAnswer

/** A server that answers as the test says. */
export async function startScriptedServer(script: Script) {
  const requests: ScriptedRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request = await parse(incoming.method ?? '', incoming.url ?? '', new Headers(incoming.headers as Record<string, string>), Buffer.concat(chunks))
    requests.push(request)
    const answer = script(request, requests.length)
    if (answer.reset) return void incoming.socket.destroy()
    const type = answer.json === undefined ? 'text/html' : 'application/json; charset=utf-8'
    const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json)
    const length = answer.breaksOff ? { 'content-length': String(body.length) } : {}
    outgoing.writeHead(answer.status ?? 200, { 'content-type': type, connection: 'close', ...length, ...answer.headers })
    if (answer.breaksOff) return void outgoing.write(body.slice(0, body.length / 2), () => incoming.socket.destroy())
    outgoing.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

export type ScriptedServer = Awaited<ReturnType<typeof startScriptedServer>>

async function parse(method: string, target: string, headers: Headers, body: Buffer): Promise<ScriptedRequest> {
  const url = new URL(target, 'http://scripted')
  const type = headers.get('content-type') ?? ''
  const form: Record<string, string> = {}
  if (type.startsWith('multipart/') || type.startsWith('application/x-www-form-urlencoded')) {
    const fields = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    for (const [name, value] of fields) form[name] = typeof value === 'string' ? value : `${value.size} bytes`
  }
  const json = type.startsWith('application/json') && body.length > 0 ? JSON.parse(body.toString()) : undefined
  return { method, path: url.pathname, query: url.searchParams, headers, body, json, form }
}
