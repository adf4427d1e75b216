import type { BodyPart } from './body-parts.ts'
import type { FormField } from './json-client.ts'

/** A `multipart/form-data` body whose size is known before a byte of its streams is read. */
export interface MultipartBody {
  readonly type: string
  readonly sizeBytes: number
  readonly parts: readonly BodyPart[]
}

const encoder = new TextEncoder()

/**
 * Lays out a form.
 *
 * @param boundary Must be impossible to guess, or a file could end its own part and add fields.
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function toMultipart(form: Readonly<Record<string, FormField>>, boundary: string): MultipartBody {
  const parts: BodyPart[] = []
  let sizeBytes = 0
  const add = (part: BodyPart, partSizeBytes: number) => {
    parts.push(part)
    sizeBytes += partSizeBytes
  }
  const addText = (text: string) => {
    const bytes = encoder.encode(text)
    add(bytes, bytes.byteLength)
  }
  for (const [name, field] of Object.entries(form)) {
    addText(`--${boundary}\r\n${toPartHeaders(name, field)}\r\n`)
    if (typeof field === 'string') addText(field)
    else if ('stream' in field) add(field.stream, field.sizeBytes)
    else add(field.bytes, field.bytes.byteLength)
    addText('\r\n')
  }
  addText(`--${boundary}--\r\n`)
  return { type: `multipart/form-data; boundary=${boundary}`, sizeBytes, parts }
}

function toPartHeaders(name: string, field: FormField): string {
  const disposition = `content-disposition: form-data; name="${escapeQuoted(name)}"`
  if (typeof field === 'string') return `${disposition}\r\n`
  return `${disposition}; filename="${escapeQuoted(field.fileName)}"\r\ncontent-type: ${toMediaType(field.type)}\r\n`
}

/** As browsers do: UTF-8, with the three characters escaped that could end the value. */
function escapeQuoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}

function toMediaType(type: string): string {
  return /^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/.test(type) ? type : 'application/octet-stream'
}
