import type { AgencyId, EventId } from '../model/ids.ts'
import type { Reason } from '../platform/outcome.ts'

/** A durable consumer. Two handlers with one name and different patterns are two consumers. */
export interface Consumer {
  readonly name: string
  /** `publication.*`, `account.reconnect`, `*`. */
  readonly pattern: string
}

/** An event as it was written, with the change that caused it. */
export interface StoredEvent {
  readonly id: EventId
  readonly type: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly subject: { readonly kind: 'publication' | 'account'; readonly id: string } | { readonly kind: 'budget' }
  readonly partIndex: number | null
  readonly reason: Reason | null
  readonly details: Readonly<Record<string, unknown>>
  readonly by: string
}

/** An event that happened outside of our tables. Whoever saw it may tell it again, with the same id. */
export interface OutsideEvent {
  readonly id: EventId
  readonly type: `budget.${string}`
  /** Epoch milliseconds. */
  readonly at: number
  readonly details: Readonly<Record<string, unknown>>
  readonly by: string
}

/** One event for one consumer, taken for a while. */
export interface Delivery {
  readonly id: string
  readonly consumer: Consumer
  readonly event: StoredEvent
  /** Failed tries before this one. */
  readonly failures: number
}

/**
 * The outbox: a queue of (event, consumer) rows, taken with `for update skip locked`, never a cursor. Rows are written in the transaction that writes the
 * event, for every consumer whose pattern matches (`publication.*` matches by prefix, `*` everything, else equality).
 */
export interface EventStore {
  /** From now on events are queued for it. Again changes nothing. */
  register(agencyId: AgencyId, consumer: Consumer): Promise<void>
  /** Queues it for every consumer. Nothing, while one with this id is queued. */
  tell(agencyId: AgencyId, event: OutsideEvent): Promise<void>
  /** Takes due deliveries of these consumers for `leaseMs`, oldest event first. */
  take(
    agencyId: AgencyId,
    consumers: readonly Consumer[],
    options: { readonly limit: number; readonly leaseMs: number },
  ): Promise<readonly Delivery[]>
  /** Handled. */
  finish(agencyId: AgencyId, deliveryId: string): Promise<void>
  /** Not handled: due again after `retryAfterMs`; null parks it. `error` is a short text without secrets. */
  fail(
    agencyId: AgencyId,
    deliveryId: string,
    failure: { readonly retryAfterMs: number | null; readonly error: string },
  ): Promise<void>
}
