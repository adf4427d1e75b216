import type { Request } from 'express'
import { HttpProblem } from './problem.ts'

const bodySizeBytesMax = 256 * 1024
const bodyTimeoutMs = 30_000

/**
 * Reads a JSON body of at most 256 KiB. No body reads as `{}`.
 *
 * @throws {HttpProblem} `unsupported_media_type`, `body_too_large`, `body_too_slow`, `invalid_json`.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text === '') return {}
  if (!request.is(['application/json', '+json'])) {
    throw new HttpProblem('unsupported_media_type', 'Send the body as application/json.')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpProblem('invalid_json', 'The body cannot be read as JSON.')
  }
}

async function readText(request: Request): Promise<string> {
  const tooLarge = () => new HttpProblem('body_too_large', `A JSON body has at most ${bodySizeBytesMax} bytes.`)
  if (Number(request.get('content-length') ?? 0) > bodySizeBytesMax) throw tooLarge()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const tooSlow = new HttpProblem('body_too_slow', 'The body did not arrive within 30 seconds.')
  const timer = setTimeout(() => request.destroy(tooSlow), bodyTimeoutMs)
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      sizeBytes += chunk.length
      if (sizeBytes > bodySizeBytesMax) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
