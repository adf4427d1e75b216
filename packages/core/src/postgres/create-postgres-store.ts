import type { SocialStore } from '../social.ts'
import { type StorePorts, toSocialStore } from '../store-ports.ts'
import { createDatabase, type DatabaseSource } from './database.ts'
import { assertMigrated } from './migrations/assert-migrated.ts'
import { migrate } from './migrations/migrate.ts'
import { migrationSql } from './migrations/migration-sql.ts'
import { createPostgresPublishingStore } from './publishing/postgres-publishing-store.ts'
import { createPostgresAccountStore } from './stores/account-store.ts'
import { createPostgresAgencyStore } from './stores/agency-store.ts'
import { createPostgresAssetStore } from './stores/asset-store.ts'
import { createPostgresConnectStateStore } from './stores/connect-state-store.ts'
import { createPostgresConnectionStore } from './stores/connection-store.ts'
import { createPostgresCreatorStore } from './stores/creator-store.ts'
import { createPostgresEventStore } from './stores/event-store.ts'
import { createPostgresHandoverStore } from './stores/handover-store.ts'
import { createPostgresKeyStore } from './stores/key-store.ts'
import { createPostgresLoginChoiceStore } from './stores/login-choice-store.ts'
import { createPostgresMetricsStore } from './stores/metrics-store.ts'
import { createPostgresPauseStore } from './stores/pause-store.ts'
import { createPostCreation } from './stores/post-creation.ts'
import { createPostgresPostStore } from './stores/post-store.ts'
import { createPostgresPublicationStore } from './stores/publication-store.ts'
import { createPostgresRenewalStore } from './stores/renewal-store.ts'
import { createPostgresSpendingStore } from './stores/spending-store.ts'
import { createPostgresWebhookStore } from './stores/webhook-store.ts'

/** `{ pool }`, a `pg.Pool` of the host, or `{ pglite }`. Neither is ever ended here. */
export type PostgresStoreOptions = DatabaseSource

/** Keeps everything in the schema `ofm` of the host's PostgreSQL 15 or newer, or of PGlite. An ordinary login suffices. */
export function createPostgresStore(options: PostgresStoreOptions): SocialStore {
  return toSocialStore(createPostgresPorts(options))
}

/** The same, with its ports in sight. */
export function createPostgresPorts(options: PostgresStoreOptions): StorePorts {
  const database = createDatabase(options)
  return {
    schema: {
      migrate: () => migrate(database),
      migrationSql: ({ login } = {}) => migrationSql(login),
      assertMigrated: () => assertMigrated(database),
    },
    agencies: createPostgresAgencyStore(database),
    creators: createPostgresCreatorStore(database),
    accounts: createPostgresAccountStore(database),
    connections: createPostgresConnectionStore(database),
    connectStates: createPostgresConnectStateStore(database),
    loginChoices: createPostgresLoginChoiceStore(database),
    assets: createPostgresAssetStore(database),
    keys: createPostgresKeyStore(database),
    publishing: createPostgresPublishingStore(database),
    posts: createPostgresPostStore(database),
    createWithin: createPostCreation,
    publications: createPostgresPublicationStore(database),
    events: createPostgresEventStore(database),
    metrics: createPostgresMetricsStore(database),
    webhooks: createPostgresWebhookStore(database),
    pauses: createPostgresPauseStore(database),
    handover: createPostgresHandoverStore(database),
    renewals: createPostgresRenewalStore(database),
    spending: createPostgresSpendingStore(database),
  }
}
