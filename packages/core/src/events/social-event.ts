import type { Account } from '../accounts/accounts.ts'
import type { EventId } from '../model/ids.ts'
import type { Reason } from '../platform/outcome.ts'
import type { Publication } from '../publications/publications.ts'

/** One change, as `on` hands it out. Delivered at least once per consumer name; recognise repetitions by `id`. */
export interface PublicationSocialEvent {
  readonly id: EventId
  readonly type: `publication.${string}`
  readonly at: Date
  readonly agencyId: string
  /** Read when the event is handed out: may be newer than the event. */
  readonly publication: Publication
  readonly partIndex: number | null
  readonly reason: Reason | null
  readonly by: string
}

export interface AccountSocialEvent {
  readonly id: EventId
  readonly type: `account.${string}`
  readonly at: Date
  readonly agencyId: string
  readonly account: Account
  readonly reason: Reason | null
  /** Of `account.platform_event`: `name`, the platform's own, and `payload`, what it sent. */
  readonly details: Readonly<Record<string, unknown>>
  readonly by: string
}

export type SocialEvent = PublicationSocialEvent | AccountSocialEvent

/** The events that a pattern such as `publication.*`, `account.reconnect` or `*` matches. */
export type EventOf<Pattern extends string> = Pattern extends `publication.${string}`
  ? PublicationSocialEvent
  : Pattern extends `account.${string}`
    ? AccountSocialEvent
    : SocialEvent
