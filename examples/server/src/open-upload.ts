import { Readable, Transform } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
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
 * Opens the body as one file: the body itself, or the only file of a multipart form. Nothing is held in memory.
 *
 * @throws {HttpProblem} `too_large` before a byte is read when the announced size is; a longer stream fails with it.
 */
export async function openUpload(request: Request, sizeBytesMax: number): Promise<Upload> {
  const announced = request.get('content-length')
  if (Number(announced ?? 0) > sizeBytesMax) throw tooLarge(sizeBytesMax)
  const type = request.get('content-type') ?? ''
  if (/^multipart\/form-data/i.test(type)) return openOnlyFile(request, type, sizeBytesMax)
  if (announced === '0' || (announced === undefined && request.get('transfer-encoding') === undefined)) {
    throw new HttpProblem('invalid_input', 'The body is empty: send the bytes of the file.')
  }
  const stream = toWeb(request, { sizeBytesMax })
  return announced === undefined ? { stream } : { stream, sizeBytes: Number(announced) }
}

function openOnlyFile(request: Request, type: string, sizeBytesMax: number): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const form = openForm(request, type)
    const ended = new Promise<void>((end, fail) => {
      const fails = (problem: HttpProblem) => {
        fail(problem)
        reject(problem)
      }
      form.once('finish', () => {
        end()
        reject(notOneFile('missing', 'The form holds no file: send its bytes as the field file.'))
      })
      form.once('filesLimit', () => {
        fails(notOneFile('too_many', 'The form holds several files: send each in a request of its own.'))
      })
      form.once('error', (error) => fails(unreadable(error)))
      request.once('close', () => {
        if (!request.complete) fails(endedEarly())
      })
    })
    ended.catch(() => undefined)
    form.once('file', (_field, file, fileName) => {
      ended.catch((problem: HttpProblem) => file.destroy(problem))
      resolve({ stream: toWeb(file, { sizeBytesMax, ended }), ...(fileName ? { fileName } : {}) })
    })
    request.pipe(form)
  })
}

function openForm(request: Request, type: string): BusboyInstance {
  try {
    return new Busboy({ headers: { ...request.headers, 'content-type': type }, limits: { files: 1, fields: 20 } })
  } catch (error) {
    throw unreadable(error)
  }
}

/** At the speed at which it is read; more than the limit is an error. Its end waits for `ended`, and fails with it. */
function toWeb(
  source: NodeJS.ReadableStream,
  { sizeBytesMax, ended }: { readonly sizeBytesMax: number; readonly ended?: Promise<void> },
): ReadableStream<Uint8Array> {
  let sizeBytes = 0
  const counting = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeBytesMax) done(tooLarge(sizeBytesMax))
      else done(null, chunk)
    },
    flush(done) {
      Promise.resolve(ended).then(() => done(), done)
    },
  })
  source.once('error', (error) => counting.destroy(error))
  source.once('close', () => {
    if (!counting.writableEnded) counting.destroy(endedEarly())
  })
  return Readable.toWeb(source.pipe(counting))
}

function notOneFile(code: string, message: string): HttpProblem {
  return new HttpProblem('invalid_input', message, { errors: [{ pointer: '/file', code, message }] })
}

function unreadable(error: unknown): HttpProblem {
  const why = error instanceof Error ? error.message.replace(/^Multipart: /, '') : String(error)
  return new HttpProblem('invalid_input', `The form cannot be read: ${why}.`)
}

function endedEarly(): HttpProblem {
  return new HttpProblem('body_too_slow', 'The body ended too early.')
}

function tooLarge(sizeBytesMax: number): HttpProblem {
  return new HttpProblem('too_large', `The file is larger than ${sizeBytesMax} bytes, the most that is taken.`)
}
