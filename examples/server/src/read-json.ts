import type { Request } from 'express'
import { HttpProblem } from './problem.ts'
import { readBody } from './read-body.ts'

const bodySizeBytesMax = 256 * 1024

/**
 * Reads a JSON body of at most 256 KiB. No body reads as `{}`.
 *
 * @throws {HttpProblem} `unsupported_media_type`, `body_too_large`, `body_too_slow`, `invalid_json`.
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = (await readBody(request, bodySizeBytesMax)).toString('utf8')
  if (text === '') return {}
  if (!request.is(['application/json', '+json'])) {
    throw new HttpProblem('unsupported_media_type', 'Send the body as application/json.')
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HttpProblem('invalid_json', `The body cannot be read as JSON${placeOf(error)}.`)
  }
}

/** Only where: the parser's own sentence repeats parts of the body, which may be secrets. */
function placeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (message.startsWith('Unexpected end')) return ': it ends too early'
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(message) ?? []
  return line === undefined ? '' : `: see line ${line}, column ${column}`
}
