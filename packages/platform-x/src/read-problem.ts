import * as z from 'zod'

/** What X's error bodies have in common, whichever of their shapes arrived. */
export interface XProblem {
  /** Last path segment of the problem type, since hosts differ; undefined for `about:blank`. */
  readonly type: string | undefined
  readonly title: string | undefined
  /** OAuth's error code. */
  readonly oauthError: string | undefined
  /** Numeric codes of the old API. */
  readonly codes: readonly number[]
  /** Everything that X says in words, shortened. */
  readonly text: string
  /** Day on which a spending limit is renewed, in epoch milliseconds. */
  readonly resetAt: number | undefined
}

const word = z.string().optional().catch(undefined)

const bodySchema = z.object({
  type: word,
  title: word,
  detail: word,
  error: word,
  error_description: word,
  reset_date: word,
  errors: z
    .array(
      z.object({ code: z.number().optional().catch(undefined), message: word, detail: word, type: word, title: word }),
    )
    .optional()
    .catch(undefined),
})

const textLengthMax = 300
const codeWord = /^[\w-]{1,60}$/

/** Whatever X repeats of a request must not reach a log: tokens are long and have no spaces, ids are shorter. */
function hideTokens(text: string): string {
  return text.replace(/[\w.~+/=-]{24,}/g, '[…]')
}

/** Undefined when the body is no JSON object: an answer of a gateway, not of X. */
export function readProblem(json: unknown): XProblem | undefined {
  const parsed = bodySchema.safeParse(json)
  if (!parsed.success) return undefined
  const { type, title, detail, error, error_description: description, reset_date: resetDate, errors = [] } = parsed.data
  const sentences = [description ?? error, detail, ...errors.map((entry) => entry.message ?? entry.detail)]
  const text = sentences.filter((sentence) => sentence !== undefined).join(' ') || (title ?? '')
  const resetAt = resetDate === undefined ? Number.NaN : Date.parse(resetDate)
  return {
    type: toLastSegment(type ?? errors[0]?.type),
    title: title ?? errors[0]?.title,
    oauthError: error !== undefined && codeWord.test(error) ? error : undefined,
    codes: errors.flatMap(({ code }) => (code === undefined ? [] : [code])),
    text: hideTokens(text).slice(0, textLengthMax),
    resetAt: Number.isNaN(resetAt) ? undefined : resetAt,
  }
}

function toLastSegment(type: string | undefined): string | undefined {
  const segment = type === 'about:blank' ? undefined : type?.split('/').at(-1)
  return segment !== undefined && codeWord.test(segment) ? segment : undefined
}
