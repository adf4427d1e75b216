import type { DestinationProblem } from './posts/posts.ts'

/** What the caller of the facade does next. */
export type SocialErrorCode =
  | 'invalid_input'
  | 'invalid_post'
  | 'not_found'
  | 'key_conflict'
  | 'mixed_creators'
  | 'unknown_platform'
  | 'account_taken'
  | 'too_late'
  | 'stale_revision'
  | 'not_allowed'
  | 'changed_meanwhile'
  | 'handle_alive'
  | 'connect_failed'
  | 'state_unknown'
  | 'media_unreadable'
  | 'file_not_found'
  | 'files_unwritable'
  | 'secret_key_missing'
  | 'secret_unreadable'
  | 'erased'
  | 'schema_missing'
  | 'schema_outdated'
  | 'role_missing'
  | 'outside_transaction'
  | 'misconfigured'
  | 'platform_failed'
  | 'stopped'

/** One thing that is wrong with an input. */
export interface InputProblem {
  /** Dotted or slashed path of the field. */
  readonly path: string
  readonly code: string
  readonly message: string
}

const marker = Symbol.for('ofm-social.social-error')

/** The error class of the facade. Recognise it by `isSocialError`. */
export class SocialError extends Error {
  readonly [marker] = true
  override readonly name = 'SocialError'
  readonly code: SocialErrorCode
  /** All problems at once, for `invalid_input` and `invalid_post`. */
  readonly problems: readonly (InputProblem | DestinationProblem)[]
  /** What the caller may do instead, such as `remove` for `too_late`. */
  readonly offers: readonly string[]
  /** Of a login that failed: what `returnTo` was when it began, so that the browser gets back to where it came from. Else null. */
  readonly returnTo: string | null

  constructor(
    code: SocialErrorCode,
    message: string,
    options: {
      readonly problems?: readonly (InputProblem | DestinationProblem)[]
      readonly offers?: readonly string[]
      readonly returnTo?: string | null
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.problems = options.problems ?? []
    this.offers = options.offers ?? []
    this.returnTo = options.returnTo ?? null
  }
}

/** Whether a thrown value is a `SocialError`, also one of another copy of this package. */
export function isSocialError(error: unknown): error is SocialError {
  return typeof error === 'object' && error !== null && marker in error
}
