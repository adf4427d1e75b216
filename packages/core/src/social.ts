import type { Accounts } from './accounts/accounts.ts'
import type { AgencySettings } from './agencies/agencies.ts'
import type { Assets } from './assets/assets.ts'
import type { Creators } from './creators/creators.ts'
import type { SocialEngine } from './engine/engine.ts'
import type { EventOf } from './events/social-event.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { AssetFiles } from './model/asset-files.ts'
import type { Pause, PauseScope } from './pauses/pauses.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import type { Posts } from './posts/posts.ts'
import type { Publications } from './publications/publications.ts'
import type { Secrets } from './secrets/secrets.ts'
import type { BudgetOf, Spending } from './spending/spending.ts'
import type { Webhooks } from './webhooks/webhooks.ts'

/** Credentials of the agency's app on one platform, as text; wrapped into `Secret`s at once. */
export interface AppInput {
  readonly clientId: string
  readonly clientSecret?: string
  readonly [name: string]: unknown
}

export interface SocialOptions {
  readonly store: SocialStore
  readonly adapters: readonly PlatformAdapter[]
  /** Per platform: the app that speaks. A function is asked for each account. */
  readonly apps?:
    | Readonly<Record<string, AppInput>>
    | ((account: {
        readonly platform: string
        /** Null for a webhook, which speaks of the app and of no creator. */
        readonly creatorId: string | null
        readonly agencyId: string
      }) => AppInput | Promise<AppInput>)
  /** 32 bytes in base64 or hex, or a key ring `{ active, keys }`. Missing: `secret_key_missing` at once. */
  readonly secretKey: string | KeyRingInput | undefined
  readonly keyStore?: import('./secrets/key-store.ts').KeyStore
  /** Brings tokens from the host, for apps that already own the login. */
  readonly tokenSource?: (
    accountId: string,
    why: { readonly refused: boolean },
  ) => Promise<{ readonly accessToken: string; readonly expiresAt?: Date }>
  /** Where assets live. Default: a folder `ofm-assets` beside the process (`createDiskFiles`). */
  readonly files?: AssetFiles
  /** Default `in_process`. */
  readonly engine?: 'in_process' | 'temporal'
  /** Whose metrics the engine reads, per platform. Default: all that count and ask no money for reading. */
  readonly metrics?: Readonly<Record<string, boolean>>
  /**
   * A ledger of budgets: what costs money is reserved before it is called, and an exhausted budget is a hold. Default: nothing is reserved.
   */
  readonly spending?: Spending
  /** Which budget pays. Default: `agency/<creator>`, by the app's own id of the creator. */
  readonly budgetOf?: BudgetOf
  readonly concurrency?: { readonly total?: number; readonly perPlatform?: number; readonly perAccount?: number }
  /** Structured log lines of the engine; no secrets. Default: silent. */
  readonly log?: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

export interface KeyRingInput {
  readonly active: string
  readonly keys: Readonly<Record<string, string>>
}

/** A store made by `core/postgres`. Opaque to apps. */
export interface SocialStore {
  readonly kind: 'ofm-social-store'
}

/** Anything that can run one statement with values: a `pg` client, or a line around Prisma, Drizzle, Knex or postgres.js. */
export interface TransactionClient {
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>
}

/** Everything an app does for one agency. */
export interface AgencySocial {
  readonly creators: Creators
  readonly accounts: Accounts
  readonly assets: Assets
  readonly posts: Posts
  readonly publications: Publications
  readonly metrics: Metrics
  readonly webhooks: Webhooks
  readonly agency: AgencySettings
  readonly secrets: Secrets
  /**
   * Stops every publish in the scope that has not begun. Resuming keeps the spacing. `{ everything: true }` is for `social` itself: an agency of
   * `forAgency` gets `not_allowed`.
   */
  pause(
    scope: PauseScope,
    options?: { readonly reason?: string; readonly until?: Date; readonly by?: string },
  ): Promise<Pause>
  resume(scope: PauseScope, options?: { readonly by?: string }): Promise<void>
  pauses(): Promise<readonly Pause[]>
  /** Joins the host's own transaction: the app's row and the post appear together or not at all. */
  within(client: TransactionClient): { readonly posts: Pick<Posts, 'create'> }
  /** A durable consumer: each event is handled once successfully per name, by whichever process holds it. Returns how to stop. */
  on<Pattern extends string>(
    pattern: Pattern,
    handler: (event: EventOf<Pattern>) => void | Promise<void>,
    options?: { readonly name?: string },
  ): Promise<() => void>
}

export interface Social extends AgencySocial {
  /**
   * The same members, for one of many agencies: an id of the app's own, made on first use.
   *
   * @throws {SocialError} `invalid_input` for an empty id, or one of more than 200 characters.
   */
  forAgency(agency: string): AgencySocial
  /** Runs what is due and hands out events. On Temporal it only hands out events. */
  start(): void
  /**
   * Aborts preparations and waits for publishes.
   *
   * @param options `graceMs`: how long it waits, from 0 to a day. Default 60,000, longer than a write takes.
   * @throws {TypeError} when `graceMs` is no such number; nothing stops then.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>
  /**
   * The same work for a cron or a serverless function.
   *
   * @param options `maxMs`: how long it may take, from 0 to a day. A write that is out is awaited all the same.
   * @throws {TypeError} For another `maxMs`.
   */
  tick(options: { readonly maxMs: number }): Promise<{ readonly advanced: number; readonly nextDueAt: Date | null }>
  migrate(): Promise<{ readonly applied: readonly string[] }>
  /** The same migrations as SQL, for an administrator. */
  migrationSql(options?: { readonly login?: string }): string
  /** @throws {SocialError} `schema_missing`, `schema_outdated`, `role_missing`. Accepts a newer schema. */
  assertMigrated(): Promise<void>
  /** For engines; apps never need it. */
  readonly engine: SocialEngine
}
