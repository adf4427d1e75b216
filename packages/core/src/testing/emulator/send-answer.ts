import type { ServerResponse } from 'node:http'
import type { EmulatorAnswer } from './emulator-definition.ts'

interface Payload {
  readonly body: Buffer
  readonly type: string | undefined
}

/** Sends an answer whole; does nothing when the client is gone. Returns the status that went out. */
export function sendAnswer(response: ServerResponse, answer: EmulatorAnswer): number | null {
  if (response.destroyed || response.socket?.destroyed) return null
  const { body, type } = toPayload(answer)
  writeHead(response, answer, type, body.length)
  response.end(response.req.method === 'HEAD' ? undefined : body)
  return answer.status
}

/** Announces the whole body, sends half of it and closes. An empty body becomes `{}`: half of nothing could not be noticed. */
export function sendTruncated(response: ServerResponse, answer: EmulatorAnswer): number | null {
  if (response.destroyed || response.socket?.destroyed) return null
  const given = toPayload(answer)
  const { body, type } = given.body.length > 0 ? given : toPayload({ status: 200, json: {} })
  const status = given.body.length > 0 ? answer.status : 200
  writeHead(response, { ...answer, status }, type, body.length)
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
  return status
}

/** Ends the connection with a TCP reset, as a crashed server or a load balancer does. */
export function resetConnection(response: ServerResponse): null {
  response.socket?.resetAndDestroy()
  return null
}

function writeHead(
  response: ServerResponse,
  answer: EmulatorAnswer,
  type: string | undefined,
  sizeBytes: number,
): void {
  response.statusCode = answer.status
  if (type !== undefined) response.setHeader('content-type', type)
  if (answer.status !== 204 && answer.status !== 304) response.setHeader('content-length', sizeBytes)
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
}

function toPayload({ json, text, html, bytes }: EmulatorAnswer): Payload {
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), type: 'application/json; charset=utf-8' }
  if (text !== undefined) return { body: Buffer.from(text), type: 'text/plain; charset=utf-8' }
  if (html !== undefined) return { body: Buffer.from(html), type: 'text/html; charset=utf-8' }
  if (bytes !== undefined) return { body: Buffer.from(bytes.body), type: bytes.type }
  return { body: Buffer.alloc(0), type: undefined }
}
