/** One event for history and outbox, written with the change that caused it. The store gives it id and time. */
export interface AccountEvent {
  /** `reconnect`: only the creator can bring the connection back. */
  readonly type: 'account.connected' | 'account.reconnect' | 'account.disconnected' | 'account.updated'
  /** `engine`, `app`, or who commanded it. */
  readonly by: string
  readonly reason?: { readonly code: string; readonly message: string }
  /** Small JSON for people: what changed. Never a token. */
  readonly details?: Readonly<Record<string, unknown>>
}
