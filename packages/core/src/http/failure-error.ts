import { PlatformError, type PlatformErrorCode } from '../platform/platform-error.ts'
import type { HttpFailure } from './json-client.ts'
import type { Auth } from './request-headers.ts'
import { readRetryAfterMs } from './retry-after.ts'

/** What the adapter makes of a failure. */
export type ReadFailure = (failure: HttpFailure) => PlatformError | undefined

/**
 * Says what an answer without success means: as the adapter says, else by its status. After a 5xx the effect may have happened, so of a mutating call
 * only `not_accepted` is believed, which an adapter says for documented refusals; the rest of what it said is kept.
 */
export function toFailureError(failure: HttpFailure, auth: Auth, readFailure: ReadFailure | undefined): PlatformError {
  const told = readSafely(failure, readFailure)
  if (!told) return toStatusError(failure, toStatusCode(failure, auth))
  const isDefinite = told.code !== 'not_accepted' && told.code !== 'outcome_unknown'
  if (!failure.mutating || failure.status < 500 || !isDefinite) return told
  return new PlatformError({
    code: 'outcome_unknown',
    message: told.message,
    status: failure.status,
    ...(told.retryAfterMs === undefined ? {} : { retryAfterMs: told.retryAfterMs }),
    ...(told.platformCode === undefined ? {} : { platformCode: told.platformCode }),
  })
}

/** An adapter that stumbles over an answer must not decide what became of a write: the status does. */
function readSafely(failure: HttpFailure, readFailure: ReadFailure | undefined): PlatformError | undefined {
  try {
    return readFailure?.(failure)
  } catch {
    return toStatusError(failure, failure.mutating ? 'outcome_unknown' : 'bad_response')
  }
}

function toStatusError(failure: HttpFailure, code: PlatformErrorCode): PlatformError {
  const { method, path, status } = failure
  const retryAfterMs = readRetryAfterMs(failure.headers, failure.now)
  return new PlatformError({
    code,
    message: `${method} ${path} was answered with status ${status}.`,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function toStatusCode({ status, mutating }: HttpFailure, auth: Auth): PlatformErrorCode {
  if (status === 401) return auth === 'basic' ? 'misconfigured' : 'token_expired'
  if (status === 403) return 'permission_missing'
  if (status === 429) return 'rate_limited'
  if (!mutating) return 'bad_response'
  return status === 400 || status === 422 ? 'invalid_post' : 'outcome_unknown'
}
