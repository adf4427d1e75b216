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

/** A budget of the ledger crossed one of its thresholds: at most once per crossing. */
export interface BudgetSocialEvent {
  /** The same however often the ledger tells it. */
  readonly id: EventId
  readonly type: `budget.${string}`
  readonly at: Date
  readonly agencyId: string
  readonly alert: BudgetAlert
  readonly reason: null
  readonly by: string
}

/** Amounts are text, `400.00 USD`. */
export interface BudgetAlert {
  /** `agency/ada`. */
  readonly budget: string
  /** `settled 80%`, `committed 100%`. */
  readonly rule: string
  readonly of: 'settled' | 'committed'
  readonly threshold: string
  readonly before: string
  readonly after: string
  /** When it was crossed. Null: the budget has none. */
  readonly limit: string | null
  readonly available: string | null
  readonly periodStartsAt: Date
  readonly periodEndsAt: Date | null
  /** The budgets right below that took most of it, at most three: creators of an agency, campaigns of a creator. */
  readonly contributors: readonly { readonly budget: string; readonly amount: string }[]
  /** The models that took most of it, at most three. */
  readonly models: readonly { readonly vendor: string; readonly model: string; readonly amount: string }[]
}

export type SocialEvent = PublicationSocialEvent | AccountSocialEvent | BudgetSocialEvent

/** The events that a pattern such as `publication.*`, `account.reconnect` or `*` matches. */
export type EventOf<Pattern extends string> = Pattern extends `publication.${string}`
  ? PublicationSocialEvent
  : Pattern extends `account.${string}`
    ? AccountSocialEvent
    : Pattern extends `budget.${string}`
      ? BudgetSocialEvent
      : SocialEvent
