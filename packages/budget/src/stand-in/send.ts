import type { ServerResponse } from 'node:http'
import type { Refusal, StreamEvent, WireFormat } from './wire-format.ts'

/** Answers with an error in the API's form. */
export function sendError(
  response: ServerResponse,
  { refuse }: Pick<WireFormat, 'refuse'>,
  refusal: Refusal & { readonly retryAfterMs?: number },
): void {
  const { status, retryAfterMs } = refusal
  const wait = retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) }
  response.writeHead(status, { 'content-type': 'application/json', ...wait })
  response.end(JSON.stringify(refuse(refusal)))
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
