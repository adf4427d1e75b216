import { isAssetFilesError, isSocialError, type SocialError } from '@ofm-social/core'

/** One thing that is wrong with a request: where (a JSON pointer into the body; `query:` or `path:` before it for those), what, and a sentence. */
export interface ProblemItem {
  readonly pointer: string
  readonly code: string
  readonly message: string
  readonly [name: string]: unknown
}

/** The body of every answer that is not a success: RFC 9457, media type `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: string
  readonly errors: readonly ProblemItem[]
  /** What the caller may do instead, such as `remove`. */
  readonly offers: readonly string[]
  /** The same request may succeed later, unchanged. */
  readonly retryable: boolean
}

/** A refusal that the HTTP layer itself decides. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly code: string
  readonly errors: readonly ProblemItem[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: keyof typeof statusByCode,
    detail: string,
    more: {
      readonly errors?: readonly ProblemItem[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(detail)
    this.code = code
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }
}

/** The one table: error code to HTTP status and title. */
const statusByCode = {
  // Of the HTTP layer.
  unauthorized: [401, 'No valid API key'],
  forbidden: [403, 'This key may not do that'],
  unknown_route: [404, 'There is nothing here'],
  method_not_allowed: [405, 'This path takes other methods'],
  invalid_json: [400, 'The body is not JSON'],
  body_too_large: [413, 'The body is too large'],
  body_too_slow: [408, 'The body did not arrive in time'],
  unsupported_media_type: [415, 'The body has a wrong type'],
  invalid_idempotency_key: [400, 'Idempotency-Key is not valid'],
  idempotency_in_flight: [409, 'The same request is being worked on'],
  idempotency_mismatch: [422, 'The key was used for another request'],
  idempotency_unreadable: [409, 'The answer cannot be read any more'],
  return_to_not_allowed: [400, 'This returnTo is not allowed'],
  // Of the facade.
  invalid_input: [400, 'The request is not valid'],
  invalid_post: [422, 'A platform would refuse the post'],
  not_found: [404, 'Not found'],
  key_conflict: [409, 'The key belongs to another post'],
  mixed_creators: [422, 'A post has one creator'],
  unknown_platform: [422, 'This platform is not installed'],
  account_taken: [409, 'Another creator has this account'],
  too_late: [409, 'Too late'],
  stale_revision: [409, 'The post has changed'],
  not_allowed: [409, 'Not possible in this state'],
  changed_meanwhile: [409, 'It changed meanwhile'],
  handle_alive: [409, 'The platform may still publish it'],
  connect_failed: [422, 'The login did not succeed'],
  state_unknown: [409, 'This login is over'],
  media_unreadable: [422, 'The file is no readable media'],
  file_not_found: [404, 'The file is not there'],
  files_unwritable: [507, 'Files cannot be stored'],
  erased: [410, 'Erased'],
  platform_failed: [502, 'The platform did not answer as expected'],
  misconfigured: [503, 'The server is not configured for this'],
  stopped: [503, 'The server is stopping'],
  // Of the ledger.
  currency_mismatch: [422, 'The budget has another currency'],
  price_unknown: [422, 'There is no price'],
  ledger_unavailable: [503, 'The ledger does not answer'],
  // Of the file storage.
  files_full: [507, 'Files cannot be stored'],
  files_unreadable: [503, 'Files cannot be read'],
  file_missing: [404, 'The file is not there'],
  size_mismatch: [400, 'The body has another size than announced'],
  too_large: [413, 'The file is too large'],
  invalid_range: [416, 'The file has no such range'],
} as const satisfies Record<string, readonly [number, string]>

const retryableCodes: readonly string[] = [
  'idempotency_in_flight',
  'changed_meanwhile',
  'handle_alive',
  'platform_failed',
  'stopped',
  'body_too_slow',
  'files_full',
  'files_unreadable',
  'ledger_unavailable',
]

const internal = 'internal'

/** One code that a problem may have. */
export interface ProblemKind {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly retryable: boolean
}

/** All of them, for the reference. */
export const problemKinds: readonly ProblemKind[] = [
  ...Object.entries(statusByCode).map(([code, [status, title]]) => {
    return { code, status, title, retryable: retryableCodes.includes(code) }
  }),
  { code: internal, status: 500, title: 'The server failed', retryable: false },
]

/** What a thrown value answers. What nobody foresaw is a 500 that carries the request's id and nothing else. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = toKnown(error)
  const [status, title] = (known && readTable(known.code)) ?? [500, 'The server failed']
  const instance = `urn:ofm:request:${requestId}`
  if (!known || status === 500) {
    const detail = 'The reason is in the log of the server, under the id of this request.'
    return {
      type: toType(internal),
      title,
      status,
      detail,
      instance,
      code: internal,
      errors: [],
      offers: [],
      retryable: false,
    }
  }
  const retryable = retryableCodes.includes(known.code)
  return { type: toType(known.code), title, status, instance, retryable, ...known }
}

const badPath =
  'The path is not encoded as it must be: % stands there without two hexadecimal digits, or they are no UTF-8.'

interface Known {
  readonly code: string
  readonly detail: string
  readonly errors: readonly ProblemItem[]
  readonly offers: readonly string[]
}

function toKnown(error: unknown): Known | undefined {
  if (error instanceof HttpProblem) {
    return { code: error.code, detail: error.message, errors: error.errors, offers: [] }
  }
  if (isSocialError(error)) {
    return { code: error.code, detail: error.message, errors: error.problems.map(toItem), offers: error.offers }
  }
  if (isAssetFilesError(error)) return { code: error.code, detail: error.message, errors: [], offers: [] }
  // Of the router, which marks it so: one of our own code is no mistake of the caller.
  if (error instanceof URIError && 'status' in error && error.status === 400)
    return { code: 'invalid_input', detail: badPath, errors: [], offers: [] }
  return undefined
}

function toItem(problem: SocialError['problems'][number]): ProblemItem {
  const { path, ...rest } = problem
  return { ...rest, pointer: path === '' ? '' : `/${path}` }
}

function readTable(code: string): readonly [number, string] | undefined {
  return Object.entries(statusByCode).find(([name]) => name === code)?.[1]
}

/** A name, not an address: the codes are explained in the API's reference. */
function toType(code: string): string {
  return `urn:ofm:problem:${code}`
}
