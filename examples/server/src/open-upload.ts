import { Readable, Transform } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { Request } from 'express'
import { HttpProblem } from './problem.ts'

/** The bytes of an upload, as they come. */
export interface Upload {
  readonly stream: ReadableStream<Uint8Array>
  readonly fileName?: string
  /** Where the client announced it. */
  readonly sizeBytes?: number
}

/**
 * Opens the body as one file: the body itself, or the first file of a multipart form. Nothing is held in memory.
 *
 * @throws {HttpProblem} `too_large` before a byte is read when the announced size is; a longer stream fails with it.
 */
export async function openUpload(request: Request, sizeBytesMax: number): Promise<Upload> {
  const announced = request.get('content-length')
  if (Number(announced ?? 0) > sizeBytesMax) throw tooLarge(sizeBytesMax)
  const type = request.get('content-type') ?? ''
  if (/^multipart\/form-data/i.test(type)) return openFirstFile(request, type, sizeBytesMax)
  if (announced === '0' || (announced === undefined && request.get('transfer-encoding') === undefined)) {
    throw new HttpProblem('invalid_input', 'The body is empty: send the bytes of the file.')
  }
  const stream = toWeb(request, sizeBytesMax)
  return announced === undefined ? { stream } : { stream, sizeBytes: Number(announced) }
}

function openFirstFile(request: Request, type: string, sizeBytesMax: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string) => reject(new HttpProblem('invalid_input', detail))
    const form = new Busboy({ headers: { ...request.headers, 'content-type': type }, limits: { files: 1, fields: 20 } })
    form.once('file', (_field, file, fileName) => {
      request.once('close', () => {
        if (!request.complete) file.destroy(new HttpProblem('body_too_slow', 'The body ended too early.'))
      })
      resolve({ stream: toWeb(file, sizeBytesMax), ...(fileName ? { fileName } : {}) })
    })
    form.once('finish', () => refuse('The form holds no file.'))
    form.once('error', () => refuse('The form cannot be read.'))
    request.pipe(form)
  })
}

/** At the speed at which it is read; more than the limit is an error. */
function toWeb(source: NodeJS.ReadableStream, sizeBytesMax: number): ReadableStream<Uint8Array> {
  let sizeBytes = 0
  const counting = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeBytesMax) done(tooLarge(sizeBytesMax))
      else done(null, chunk)
    },
  })
  source.once('error', (error) => counting.destroy(error))
  source.once('close', () => {
    if (!counting.writableEnded) counting.destroy(new HttpProblem('body_too_slow', 'The body ended too early.'))
  })
  return Readable.toWeb(source.pipe(counting))
}

function tooLarge(sizeBytesMax: number): HttpProblem {
  return new HttpProblem('too_large', `The file is larger than ${sizeBytesMax} bytes, the most that is taken.`)
}
