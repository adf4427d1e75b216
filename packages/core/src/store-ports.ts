import type { AccountStore } from './accounts/account-store.ts'
import type { ConnectStateStore } from './accounts/connect-state-store.ts'
import type { ConnectionStore } from './accounts/connection-store.ts'
import type { LoginChoiceStore } from './accounts/login-choice-store.ts'
import type { AgencyStore } from './agencies/agency-store.ts'
import type { AssetStore } from './assets/asset-store.ts'
import type { CreatorStore } from './creators/creator-store.ts'
import type { HandoverStore } from './engine/handover-store.ts'
import type { RenewalStore } from './engine/renewal-store.ts'
import type { EventStore } from './events/event-store.ts'
import type { MetricsStore } from './metrics/metrics-store.ts'
import type { PauseStore } from './pauses/pause-store.ts'
import type { CreationWithin, PostStore } from './posts/post-store.ts'
import type { PublicationStore } from './publications/publication-store.ts'
import type { PublishingStore } from './publishing/publishing-store.ts'
import type { KeyStore } from './secrets/key-store.ts'
import type { SocialStore, TransactionClient } from './social.ts'
import { SocialError } from './social-error.ts'
import type { SpendingStore } from './spending/spending-store.ts'
import type { WebhookStore } from './webhooks/webhook-store.ts'

/** The schema of a store. */
export interface SchemaStore {
  /** @throws {SocialError} `schema_missing` when the login may not. */
  migrate(): Promise<{ readonly applied: readonly string[] }>
  migrationSql(options?: { readonly login?: string }): string
  /** @throws {SocialError} `schema_missing`, `schema_outdated`, `role_missing`. */
  assertMigrated(): Promise<void>
}

/** Everything that `createSocial` needs of a database. */
export interface StorePorts {
  readonly schema: SchemaStore
  readonly agencies: AgencyStore
  readonly creators: CreatorStore
  readonly accounts: AccountStore
  readonly connections: ConnectionStore
  readonly connectStates: ConnectStateStore
  readonly loginChoices: LoginChoiceStore
  readonly assets: AssetStore
  readonly keys: KeyStore
  readonly publishing: PublishingStore
  readonly posts: PostStore
  /** `posts.create` through the host's client, in its transaction. */
  readonly createWithin: (client: TransactionClient, agencyExternalId: string) => CreationWithin
  readonly publications: PublicationStore
  readonly events: EventStore
  readonly metrics: MetricsStore
  readonly webhooks: WebhookStore
  readonly pauses: PauseStore
  readonly handover: HandoverStore
  readonly renewals: RenewalStore
  readonly spending: SpendingStore
}

const portsKey = Symbol.for('ofm-social.store-ports')

/** A store with its ports. Apps see `SocialStore` only; the symbol works across two copies of the package. */
export interface StoreWithPorts extends SocialStore {
  readonly [portsKey]: StorePorts
}

/** Makes the store that apps hand to `createSocial`. */
export function toSocialStore(ports: StorePorts): SocialStore {
  const store: StoreWithPorts = { kind: 'ofm-social-store', [portsKey]: ports }
  return store
}

/** @throws {SocialError} `misconfigured` for anything that no store function of this library made. */
export function readPorts(store: SocialStore): StorePorts {
  if (hasPorts(store)) return store[portsKey]
  throw new SocialError('misconfigured', 'store must be what createPostgresStore({ pool }) returns.')
}

function hasPorts(store: SocialStore): store is StoreWithPorts {
  return typeof store === 'object' && store !== null && portsKey in store
}
