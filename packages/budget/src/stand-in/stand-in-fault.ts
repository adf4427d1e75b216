/** What goes wrong with the next call. */
export type StandInFault =
  /** An error instead of an answer; nothing is generated. `retryAfterMs` is said in its headers. */
  | { readonly kind: 'status'; readonly status: number; readonly code?: string; readonly retryAfterMs?: number }
  /** The connection closes before an answer; nothing is generated. */
  | { readonly kind: 'reset' }
  /** A stream says an error after so many tokens, and ends. */
  | { readonly kind: 'error_after'; readonly tokens: number }
  /** A stream's connection closes after so many tokens. */
  | { readonly kind: 'reset_after'; readonly tokens: number }
  /** A stream waits after so many tokens, a plain answer before its first byte, until `resume()`. */
  | { readonly kind: 'pause_after'; readonly tokens: number }
  /** The answer has no usage. */
  | { readonly kind: 'no_usage' }
