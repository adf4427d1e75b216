import type { Request } from 'express'
import { parseRange, type RequestedRange } from './parse-range.ts'
import type { Answer } from './route.ts'

/** A file that is about to be sent. */
export interface FileToSend {
  readonly sha256: string
  readonly sizeBytes: number
  /** All of it, or a range. */
  open(range: RequestedRange | undefined): Promise<{
    readonly stream: ReadableStream<Uint8Array>
    /** Of the range. */
    readonly sizeBytes: number
    /** MIME type. */
    readonly type: string
  }>
}

/** Answers the bytes of a file, or the range that the request asks for; to HEAD the same without bytes. */
export async function answerFile(request: Request, file: FileToSend): Promise<Answer> {
  const etag = `"${file.sha256}"`
  const condition = request.get('if-range')
  const range =
    condition === undefined || condition === etag ? parseRange(request.get('range'), file.sizeBytes) : undefined
  const { stream, sizeBytes, type } = await file.open(range)
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'content-type': type,
    'content-length': String(sizeBytes),
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${file.sizeBytes}` }),
  }
  const answer = { status: range ? 206 : 200, headers }
  if (request.method !== 'HEAD') return { ...answer, stream }
  await stream.cancel()
  return answer
}
