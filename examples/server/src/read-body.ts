import type { Request } from 'express'
import { HttpProblem } from './problem.ts'

const bodyTimeoutMs = 30_000

/**
 * Reads a small body, byte for byte.
 *
 * @throws {HttpProblem} `body_too_large`, `body_too_slow`.
 */
export async function readBody(request: Request, sizeBytesMax: number): Promise<Buffer> {
  const tooLarge = () => new HttpProblem('body_too_large', `This body has at most ${sizeBytesMax} bytes.`)
  if (Number(request.get('content-length') ?? 0) > sizeBytesMax) throw tooLarge()
  const tooSlow = () => new HttpProblem('body_too_slow', 'The body did not arrive within 30 seconds.')
  const reading = readAll(request, sizeBytesMax, tooLarge)
  // It goes on for a moment after the time is over, so that the client can read the answer.
  reading.catch(() => undefined)
  let timer: NodeJS.Timeout | undefined
  const waiting = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooSlow()), bodyTimeoutMs)
  })
  try {
    return await Promise.race([reading, waiting])
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(request: Request, sizeBytesMax: number, tooLarge: () => HttpProblem): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    sizeBytes += chunk.length
    if (sizeBytes > sizeBytesMax) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
