import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of files for the emulator to fetch. */
export interface MediaHost {
  /** Address under which these bytes are found. */
  serve(bytes: Uint8Array, name?: string): string
  /** Headers of the requests for files, in order. */
  readonly seen: IncomingHttpHeaders[]
  close(): Promise<void>
}

export async function startMediaHost(): Promise<MediaHost> {
  const files = new Map<string, Uint8Array>()
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    const bytes = files.get(request.url ?? '')
    if (bytes) response.end(bytes)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    serve(bytes, name = `file-${files.size}`) {
      files.set(`/${name}`, bytes)
      return `http://127.0.0.1:${port}/${name}`
    },
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
