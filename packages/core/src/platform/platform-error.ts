/** What the caller does next, not what went wrong. The closed list; each code's effect on a part is in `docs/concepts/publication.md`. */
export type PlatformErrorCode =
  | 'invalid_post'
  | 'duplicate'
  | 'token_expired'
  | 'reconnect'
  | 'permission_missing'
  | 'rate_limited'
  | 'quota_exhausted'
  | 'account_blocked'
  | 'app_blocked'
  | 'misconfigured'
  | 'prepare_again'
  | 'not_supported'
  | 'not_accepted'
  | 'outcome_unknown'
  | 'bad_response'

/** How far a limit or a block reaches. `egress` is the address that our requests leave from. */
export type HoldScope = 'post' | 'account' | 'app' | 'egress'

/** What the platform stopped, and until when (epoch milliseconds). */
export interface PlatformBlock {
  readonly scope: 'account' | 'app'
  readonly until: number
}

export interface PlatformErrorDetails {
  readonly code: PlatformErrorCode
  /** For people. Names the thing and the limit; never holds a token or a whole body. */
  readonly message: string
  /** Milliseconds until a repetition makes sense (`rate_limited`, `not_accepted`). */
  readonly retryAfterMs?: number
  /**
   * Beside `rate_limited`: the waits, in milliseconds and growing, if the limit is met again as soon as the last one is over. The last of them
   * repeats. Absent: always `retryAfterMs`.
   */
  readonly longerWaitsMs?: readonly number[]
  /** Epoch milliseconds on the platform's clock until which a quota is used up (`quota_exhausted`) or an account is blocked (`account_blocked`). */
  readonly until?: number
  /**
   * Beside `outcome_unknown`: the platform blocked the account, or the app, while the write may have worked. It is looked for, and until then
   * (epoch milliseconds) nothing else goes out.
   */
  readonly block?: PlatformBlock
  /** How far `rate_limited` and `quota_exhausted` reach. Default `account`. */
  readonly scope?: HoldScope
  /** The platform's own code or problem type, for people and bug reports. */
  readonly platformCode?: string
  /** HTTP status of the answer, when there was one. */
  readonly status?: number
  /** What `publish` refused in particular; shown with the publication. */
  readonly problems?: readonly { readonly code: string; readonly path: string; readonly message?: string }[]
  readonly cause?: unknown
}

const marker = Symbol.for('ofm-social.platform-error')

/** The one error class of adapters. Recognise it by `isPlatformError`, which works across two copies of the package. */
export class PlatformError extends Error {
  readonly [marker] = true
  override readonly name = 'PlatformError'
  readonly code: PlatformErrorCode
  readonly retryAfterMs: number | undefined
  readonly longerWaitsMs: PlatformErrorDetails['longerWaitsMs']
  readonly until: number | undefined
  readonly block: PlatformErrorDetails['block']
  readonly scope: HoldScope
  readonly platformCode: string | undefined
  readonly status: number | undefined
  readonly problems: PlatformErrorDetails['problems']

  constructor(details: PlatformErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = details.code
    this.retryAfterMs = details.retryAfterMs
    this.longerWaitsMs = details.longerWaitsMs
    this.until = details.until
    this.block = details.block
    this.scope = details.scope ?? 'account'
    this.platformCode = details.platformCode
    this.status = details.status
    this.problems = details.problems
  }
}

/** Whether a thrown value is a `PlatformError`, also one of another copy of this package. */
export function isPlatformError(error: unknown): error is PlatformError {
  return typeof error === 'object' && error !== null && marker in error
}
