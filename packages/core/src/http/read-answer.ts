import type { StandardSchema } from '../platform/standard-schema.ts'
import type { Answered } from './exchange.ts'
import { parseAnswer } from './parse-answer.ts'
import { readBodyText } from './read-body.ts'
import { UnreadableAnswer } from './transport-error.ts'

const answerBytesMax = 8 * 1024 * 1024
const discardedBytesMax = 64 * 1024

/**
 * Reads a success as the schema says. Without a schema the body is discarded; one that breaks off is a connection that was reset: whatever it began to
 * say, nobody heard the end.
 *
 * @throws {UnreadableAnswer} and what broke the body off.
 */
export async function readAnswer<Answer>(
  { body }: Answered,
  schema: StandardSchema<unknown, Answer> | undefined,
): Promise<Answer> {
  const { text, isCut, error } = await readBodyText(body, schema ? answerBytesMax : discardedBytesMax)
  if (error !== undefined) throw error
  // Only a request without a schema has the answer `undefined`.
  if (!schema) return undefined as Answer
  if (isCut) throw new UnreadableAnswer(`the answer is larger than ${answerBytesMax} bytes`)
  const parsed = await parseAnswer(text, schema)
  if ('problem' in parsed) throw new UnreadableAnswer(parsed.problem)
  return parsed.value
}
