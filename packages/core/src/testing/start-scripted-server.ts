import { createServer } from 'node:http'

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

/** What goes back. Default: status 200, an empty HTML body. */
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

/** What the server answers to its requests, counted from 1. */
export type Script = (request: ScriptedRequest, number: number) => ScriptedAnswer

/** A server of a test, with what it was asked. */
export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
  /** Method and path of each request. */
  calls(): readonly string[]
  close(): Promise<void>
}

/** Starts a server that answers as the test says: for an adapter's own tests of single answers, which no emulator gives on demand. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = new Headers()
    for (const [name, values = []] of Object.entries(incoming.headersDistinct)) headers.set(name, values.join(', '))
    const request = await parse(incoming.method ?? '', incoming.url ?? '', headers, Buffer.concat(chunks))
    requests.push(request)
    const answer = script(request, requests.length)
    if (answer.reset) return void incoming.socket.destroy()
    const type = answer.json === undefined ? 'text/html' : 'application/json; charset=utf-8'
    const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json)
    const length = answer.breaksOff ? { 'content-length': String(body.length) } : {}
    outgoing.writeHead(answer.status ?? 200, {
      'content-type': type,
      connection: 'close',
      ...length,
      ...answer.headers,
    })
    if (answer.breaksOff) return void outgoing.write(body.slice(0, body.length / 2), () => incoming.socket.destroy())
    outgoing.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new TypeError('The scripted server listens on no TCP port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

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
