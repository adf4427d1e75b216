/** An exact amount: whole billionths of a currency's unit. */
export interface SpendingMoney {
  /** ISO 4217. */
  readonly currency: string
  readonly amountNanos: bigint
  /** `0.05 USD`. */
  toJSON(): string
}

/** What is set aside before anything that costs money is called. */
export interface SpendingRequest {
  /** The caller's own: the same id and request return the same reservation, whatever became of it. */
  readonly id: string
  /** `agency/ada`: counts at each level. */
  readonly budget: string
  readonly amount: SpendingMoney
  /** After this time without a settlement the amount is available again. */
  readonly lifetimeMs: number
  /** The call is made right after this: when nobody settles, the whole amount is booked as it expires. */
  readonly dispatched?: true
  /** What the money is for. */
  readonly reference: string
  readonly signal?: AbortSignal
}

/** What core needs to know of a reservation. */
export interface SpendingReservation {
  readonly state: 'open' | 'settled' | 'released' | 'expired'
  /** Where it counts. Default: what was asked for. */
  readonly budget?: string
  readonly expiresAt: Date
}

/** A budget crossed one of its thresholds. */
export interface SpendingAlert {
  /** The same however often it is handed out. */
  readonly id: string
  readonly budget: string
  readonly at: Date
  readonly rule: string
  readonly of: 'settled' | 'committed'
  readonly threshold: SpendingMoney
  readonly before: SpendingMoney
  readonly after: SpendingMoney
  readonly limit: SpendingMoney | null
  readonly available: SpendingMoney | null
  readonly periodStartsAt: Date
  readonly periodEndsAt: Date | null
  /** The budgets right below, and the models, that took most. */
  readonly contributors?: readonly { readonly budget: string; readonly amount: SpendingMoney }[]
  readonly models?: readonly { readonly vendor: string; readonly model: string; readonly amount: SpendingMoney }[]
}

/**
 * What core needs of a ledger of budgets; `createLedger()` of `@ofm-social/budget` fits as it is. Whatever is repeated with the same id and payload
 * changes nothing. A refusal is an error with `code` `exceeded`, `frozen` or `closed`, and with `budget`, `available`, `renewsAt` and `timeZone`.
 */
export interface Spending {
  /** Null: no budget counts it, so that nothing is settled either. */
  reserve(request: SpendingRequest): Promise<SpendingReservation | null>
  extend(id: string, request: { readonly lifetimeMs: number }): Promise<unknown>
  /** Books what it did cost, also after the reservation has expired or was released. */
  settle(id: string, cost: SpendingMoney): Promise<unknown>
  release(id: string, options?: { readonly reason?: string }): Promise<unknown>
  /** Books what no reservation covers. */
  record(request: {
    readonly id: string
    readonly budget: string
    readonly cost: SpendingMoney
    readonly reference: string
  }): Promise<unknown>
  /** Hands out alerts, each at least once; one whose handler throws comes again. Returns how many were handled. Without it, `on` tells of none. */
  deliverAlerts?(handler: (alert: SpendingAlert) => Promise<void>, options: { readonly max: number }): Promise<number>
  /** Ends reservations that have expired, of all tenants; asked for about once a minute while the app runs. */
  sweepAll?(): Promise<unknown>
  /** The same for one agency of many; without it all agencies share their budgets' names. */
  forTenant?(tenant: string): Spending
}

/** Who spends: the app's own ids where there are some. */
export interface Spender {
  readonly agency: string
  readonly creator: string
  readonly platform: string
}

/** The budget that pays. Default: `agency/<creator>`. */
export type BudgetOf = (spender: Spender) => string
