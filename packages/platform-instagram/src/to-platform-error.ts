import { PlatformError, type PlatformErrorDetails } from '@ofm-social/core'
import type { HttpFailure } from '@ofm-social/core/http'
import { BLOCK_MS, type ErrorMeaning, findMeaning } from './error-rules.ts'
import { readRegainMs } from './rate-windows.ts'
import { type GraphError, readGraphError } from './read-graph-error.ts'

/** `platformCode` of an object that is not there, or not yet: `100/33`. */
export const OBJECT_MISSING = '100/33'
/** `platformCode` of a container that was used, has ended, or is not known everywhere yet. */
const containerMissing: readonly string[] = ['24/2207006', '24/2207008']
/** A comment that was made although it was refused: only a `fields` parameter leads there. */
const commentMade = '20/1772107'
/** An action that was blocked as suspected spam. The post has been seen live in spite of it. */
export const SPAM_BLOCK = '4/2207051'
const notReady = 9007
/**
 * Exceptions that only the message names: a place without a location, a partner who cannot be named.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing
 */
const namedRefusal = /\bINSTAGRAM_PLATFORM_API__(?:INVALID_LOCATION_ID|PERMISSION|INVALID_PARAM)\b/
const freshPostMs = 15_000

type Details = Omit<PlatformErrorDetails, 'message' | 'status' | 'platformCode'>

/**
 * Reads a refusal as Instagram means it: by code and subcode, never by the HTTP status, which is 400 for nearly everything. Undefined when it is not
 * Instagram's: then the status decides.
 */
export function toPlatformError(failure: HttpFailure): PlatformError | undefined {
  const error = readGraphError(failure.json)
  if (!error) return undefined
  const platformCode = toPlatformCode(error)
  return new PlatformError({
    ...toDetails(failure, error, platformCode),
    ...(platformCode === '' ? {} : { platformCode }),
    status: failure.status,
    message: toMessage(failure, error, platformCode),
  })
}

function toDetails(failure: HttpFailure, error: GraphError, platformCode: string): Details {
  const publishes = isPublish(failure)
  if (publishes && platformCode === SPAM_BLOCK) {
    return { code: 'outcome_unknown', block: { scope: 'account', until: failure.now + BLOCK_MS } }
  }
  // A post that was published a moment ago is not known everywhere yet: no comment was made.
  if (publishes && platformCode === OBJECT_MISSING && failure.path.endsWith('/comments')) {
    return { code: 'not_accepted', retryAfterMs: freshPostMs }
  }
  if (publishes && (containerMissing.includes(platformCode) || platformCode === commentMade)) {
    return { code: 'outcome_unknown' }
  }
  if (error.code === 190 && !failure.mutating && isTokenEndpoint(failure)) return { code: 'reconnect' }
  if (!publishes && namedRefusal.test(error.message)) return { code: 'invalid_post' }
  const meaning = findMeaning(error.code, error.subcode)
  if (meaning && (!publishes || isDefinite(meaning, error))) return withWait(meaning, failure)
  if (publishes) return { code: 'outcome_unknown' }
  if (containerMissing.includes(platformCode)) return { code: 'prepare_again' }
  return isPassing(failure, error) ? { code: 'not_accepted' } : { code: 'invalid_post' }
}

/** Of a write that people see, only one refusal that passes is definite: the container was not ready. What is said of reads says nothing of it. */
function isDefinite({ code }: ErrorMeaning, error: GraphError): boolean {
  return code === 'not_accepted' ? error.code === notReady : code !== 'bad_response'
}

function withWait(meaning: ErrorMeaning, failure: HttpFailure): Details {
  const { code, scope = 'account' } = meaning
  if (code === 'rate_limited') {
    const regainMs = readRegainMs(failure.headers)
    return regainMs === undefined ? meaning : { code, scope, retryAfterMs: regainMs }
  }
  if (meaning.code === 'account_blocked') return { ...meaning, until: failure.now + BLOCK_MS }
  if (meaning.code !== 'quota_exhausted') return meaning
  // The window is rolling: when the oldest post leaves it is not in the answer.
  return { code: meaning.code, scope: 'account', until: failure.now + (meaning.retryAfterMs ?? 0) }
}

/** Something went wrong at Instagram: nothing that the post could change. */
function isPassing({ status }: HttpFailure, { code, isTransient }: GraphError): boolean {
  return isTransient || status >= 500 || (code !== undefined && code <= 2)
}

function toPlatformCode({ code, subcode }: GraphError): string {
  return [code, subcode].filter((part) => part !== undefined).join('/')
}

function toMessage({ method, path, status }: HttpFailure, { message, traceId }: GraphError, code: string): string {
  const named = code === '' ? `status ${status}` : `code ${code}`
  const trace = traceId === undefined ? '' : ` (fbtrace_id ${traceId})`
  return `Instagram answered ${method} ${path} with ${named}: ${message}${trace}`
}

/** The writes that people see. */
function isPublish({ method, path }: HttpFailure): boolean {
  return method === 'POST' && /\/(?:media_publish|comments)$/.test(path)
}

function isTokenEndpoint({ path }: HttpFailure): boolean {
  return path.endsWith('access_token')
}
