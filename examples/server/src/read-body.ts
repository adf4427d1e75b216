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
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const tooSlow = new HttpProblem('body_too_slow', 'The body did not arrive within 30 seconds.')
  const timer = setTimeout(() => request.destroy(tooSlow), bodyTimeoutMs)
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeBytesMax) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}
