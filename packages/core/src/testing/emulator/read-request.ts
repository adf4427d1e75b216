import type { IncomingMessage } from 'node:http'
import type { EmulatorRequest } from './emulator-definition.ts'
import { parseMultipart } from './parse-multipart.ts'

/** What became of a request body. */
export type ReadBody =
  | { readonly status: 'read'; readonly body: Uint8Array }
  | { readonly status: 'too_large' }
  /** The client went away before its end. */
  | { readonly status: 'aborted' }

/** Reads a body whole. One that is larger than allowed is read to its end all the same, so that the client reads the answer. */
export async function readBody(incoming: IncomingMessage, sizeBytesMax: number): Promise<ReadBody> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of incoming) {
      sizeBytes += chunk.length
      if (sizeBytes <= sizeBytesMax) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch {
    return { status: 'aborted' }
  }
  return sizeBytes > sizeBytesMax ? { status: 'too_large' } : { status: 'read', body: Buffer.concat(chunks) }
}

/** Parses a body by its content type; the parameters of the path come with the route. */
export function toEmulatorRequest(incoming: IncomingMessage, url: URL, body: Uint8Array): EmulatorRequest {
  const headers = toHeaders(incoming)
  const contentType = headers.get('content-type') ?? ''
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    url,
    params: {},
    headers,
    body,
    json: type === 'application/json' || type?.endsWith('+json') ? parseJson(body) : undefined,
    urlencoded: new URLSearchParams(type === 'application/x-www-form-urlencoded' ? decodeText(body) : ''),
    form: type === 'multipart/form-data' ? parseMultipart(body, contentType) : new Map(),
  }
}

/** Undefined when it is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeText(body))
  } catch {
    return undefined
  }
}

function decodeText(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}

function toHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  return headers
}
