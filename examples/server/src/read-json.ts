import type { Request } from 'express'
import { HttpProblem } from './problem.ts'
import { readBody } from './read-body.ts'

const bodySizeBytesMax = 256 * 1024
/** Far more than any route takes, and far less than what a recursion over it survives. */
const levelsMax = 100

/**
 * Reads a JSON body of at most 256 KiB. No body reads as `{}`.
 *
 * @throws {HttpProblem} `unsupported_media_type`, `body_too_large`, `body_too_slow`, `invalid_json`.
 */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBody(request, bodySizeBytesMax)
  if (bytes.length === 0) return {}
  if (!request.is(['application/json', '+json'])) {
    throw new HttpProblem('unsupported_media_type', 'Send the body as application/json.')
  }
  const body = parse(decode(bytes))
  if (!isDeeper(body, levelsMax)) return body
  throw new HttpProblem('invalid_json', `The body is nested deeper than ${levelsMax} levels.`)
}

/** Another encoding would be published with a sign for "unreadable" in each umlaut's place. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpProblem('invalid_json', 'The body is not encoded in UTF-8.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HttpProblem('invalid_json', `The body cannot be read as JSON${placeOf(error)}.`)
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []))
  }
  return false
}

/** Only where: the parser's own sentence repeats parts of the body, which may be secrets. */
function placeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (message.startsWith('Unexpected end')) return ': it ends too early'
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(message) ?? []
  return line === undefined ? '' : `: see line ${line}, column ${column}`
}
