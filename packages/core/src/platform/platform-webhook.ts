/** One request of a platform to the host's webhook address, as it came. */
export interface WebhookRequest {
  readonly method: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  /** Raw bytes: signatures cover them, not what they parse to. */
  readonly body: Uint8Array
}

/** What the host answers the platform. */
export interface WebhookAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface WebhookEventBase {
  /** The platform's own id of the event, or one derived from its content: repetitions are dropped by it. */
  readonly id: string
  /** Whose account it is about, by its id or an alias; absent for the app as a whole. */
  readonly accountExternalId?: string
  /** Epoch milliseconds, where the platform says it. */
  readonly at?: number
}

/** What a platform tells by itself. */
export type WebhookEvent = WebhookEventBase &
  (
    | { readonly type: 'post_published'; readonly externalId: string; readonly url?: string }
    | { readonly type: 'post_removed'; readonly externalId: string; readonly by: 'author' | 'platform' }
    /** The creator took the permission back. */
    | { readonly type: 'access_revoked' }
    /** Everything else, by the platform's own name, with what it sent. JSON, no secrets. */
    | { readonly type: 'other'; readonly name: string; readonly payload: unknown }
  )

/** What an adapter made of a request. A forged one is answered with 401 and has no events. */
export interface ParsedWebhook {
  readonly answer: WebhookAnswer
  readonly events: readonly WebhookEvent[]
}
