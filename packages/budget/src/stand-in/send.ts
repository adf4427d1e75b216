import type { ServerResponse } from 'node:http'
import type { StreamEvent } from './wire-format.ts'

/** Answers with an error in the protocol's form. */
export function sendError(
  response: ServerResponse,
  status: number,
  { message, code }: { readonly message: string; readonly code: string | null },
): void {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error'
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message, type, param: null, code } }))
}

/** Writes events of a stream, as fast as the client takes them. False: the client went away. */
export async function sendEvents(response: ServerResponse, events: readonly StreamEvent[]): Promise<boolean> {
  for (const { event, data } of events) {
    if (response.destroyed) return false
    const name = event === undefined ? '' : `event: ${event}\n`
    const written = response.write(`${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
    if (!written) await drained(response)
  }
  return !response.destroyed
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go)
      response.off('close', go)
      resolve()
    }
    response.on('drain', go)
    response.on('close', go)
  })
}
