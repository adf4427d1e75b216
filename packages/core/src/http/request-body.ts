import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type BodyPart, streamParts } from './body-parts.ts'
import type { HttpRequest } from './json-client.ts'
import { toMultipart } from './multipart.ts'

/** The body of one request, ready for the socket. */
export interface RequestBody {
  readonly content: string | Readable | null
  readonly headers: Readonly<Record<string, string>>
  /** Whether what was to be sent could not be read. */
  hasSourceFailed(): boolean
  /** Releases streams that were not read to their end. Never throws. */
  cancel(): Promise<void>
}

/**
 * Chooses the one body that a request names.
 *
 * @throws {TypeError} when there are several, or none of them can be sent.
 */
export function toRequestBody(request: HttpRequest<unknown>): RequestBody {
  const { json, form, urlencoded, stream } = request
  if ([json, form, urlencoded, stream].filter((body) => body !== undefined).length > 1) {
    throw new TypeError('A request has at most one of json, form, urlencoded and stream.')
  }
  if (json !== undefined) return toTextBody(JSON.stringify(json), 'application/json')
  if (urlencoded) return toTextBody(new URLSearchParams(urlencoded).toString(), 'application/x-www-form-urlencoded')
  if (stream) return toStreamBody([stream.body], stream.sizeBytes, stream.type)
  if (!form) return { content: null, headers: {}, hasSourceFailed: () => false, cancel: async () => {} }
  const { parts, sizeBytes, type } = toMultipart(form, `----${randomUUID()}`)
  return toStreamBody(parts, sizeBytes, type)
}

function toTextBody(content: string, type: string): RequestBody {
  return { content, headers: { 'content-type': type }, hasSourceFailed: () => false, cancel: async () => {} }
}

function toStreamBody(parts: readonly BodyPart[], sizeBytes: number, type: string): RequestBody {
  const { readable, hasSourceFailed, cancel } = streamParts(parts)
  const headers = { 'content-type': type, 'content-length': String(sizeBytes) }
  return { content: readable, headers, hasSourceFailed, cancel }
}
