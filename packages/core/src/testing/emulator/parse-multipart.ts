import type { EmulatorRequest } from './emulator-definition.ts'

type Form = EmulatorRequest['form']

/**
 * Parses `multipart/form-data` that has arrived whole. Tolerant, as platforms are: a part without a name is left out, of two parts with one name
 * the last counts, and a body that is no multipart gives an empty form.
 */
export function parseMultipart(body: Uint8Array, contentType: string): Form {
  const form = new Map<string, string | { bytes: Uint8Array; type: string; fileName: string }>()
  const boundary = readParameter(contentType, 'boundary')
  if (!boundary) return form
  for (const part of splitParts(Buffer.from(body.buffer, body.byteOffset, body.byteLength), boundary)) {
    const headerEnd = part.indexOf('\r\n\r\n')
    if (headerEnd < 0) continue
    const headers = part.toString('utf8', 0, headerEnd)
    const bytes = part.subarray(headerEnd + 4)
    const disposition = readHeader(headers, 'content-disposition')
    const name = readParameter(disposition, 'name')
    const type = readHeader(headers, 'content-type')
    const fileName = readParameter(disposition, 'filename')
    if (name === undefined) continue
    const isText = fileName === undefined && !/octet-stream|^(image|video|audio)\//i.test(type)
    form.set(
      name,
      isText ? bytes.toString('utf8') : { bytes, type: type || 'application/octet-stream', fileName: fileName ?? '' },
    )
  }
  return form
}

function* splitParts(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const first = body.indexOf(`--${boundary}`)
  if (first < 0) return
  let start = first + delimiter.length - 2
  while (body.toString('latin1', start, start + 2) !== '--') {
    const end = body.indexOf(delimiter, start)
    const contentStart = body.indexOf('\r\n', start) + 2
    if (end < 0 || contentStart < 2) return
    yield body.subarray(contentStart, end)
    start = end + delimiter.length
  }
}

function readHeader(headers: string, name: string): string {
  const line = headers.split('\r\n').find((candidate) => candidate.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim() ?? ''
}

function readParameter(header: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[;\\s])${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header)
  return found?.[1]?.replace(/\\(["\\])/g, '$1') ?? found?.[2]
}
