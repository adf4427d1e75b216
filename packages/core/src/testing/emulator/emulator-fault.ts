/** What goes wrong with a matching request. */
export type EmulatorFault =
  /** Refused with this status and body; nothing happens. */
  | {
      readonly kind: 'refuse'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The effect happens, the answer is this status. */
  | {
      readonly kind: 'accept_then_status'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The effect happens, the socket dies. */
  | { readonly kind: 'accept_then_reset' }
  /** The socket dies, nothing happens. */
  | { readonly kind: 'reset_before' }
  /** The answer comes late; with `before`, so does the effect. Follows the emulator's clock. */
  | { readonly kind: 'delay'; readonly ms: number; readonly effect?: 'before' | 'after' }
  /** Refused in the platform's own form. */
  | { readonly kind: 'rate_limit'; readonly retryAfterMs?: number; readonly scope?: string }
  /** Media of this request process this long. */
  | { readonly kind: 'slow_processing'; readonly ms: number }
  /** Media of this request fail with one of the platform's reasons. */
  | { readonly kind: 'fail_processing'; readonly reason: string }
  /** The token of this request is revoked, and the request refused for it. */
  | { readonly kind: 'revoke_token' }
  /** An HTML page of a proxy, status 502; with `before` nothing has happened. */
  | { readonly kind: 'html_502'; readonly effect?: 'before' | 'after' }
  /** Half of the body, then the socket closes; with `before` nothing has happened. */
  | { readonly kind: 'truncate_body'; readonly effect?: 'before' | 'after' }

export interface FaultRule {
  readonly match: {
    readonly method?: string
    /** A prefix. */
    readonly path?: string
    /** A regular expression, instead of `path`. */
    readonly pathPattern?: string
  }
  /** How many matching requests it hits. Default 1. */
  readonly times?: number
  readonly fault: EmulatorFault
}
