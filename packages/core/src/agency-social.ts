import type { ReadApp } from './accounts/app-credentials.ts'
import { createAccounts } from './accounts/create-accounts.ts'
import { createAgencySettings } from './agencies/create-agency-settings.ts'
import { createAssets } from './assets/create-assets.ts'
import type { ReadFiles } from './assets/read-files.ts'
import { createCreators } from './creators/create-creators.ts'
import type { FollowUp } from './engine/follow-up.ts'
import type { RenewConnections } from './engine/renew-connections.ts'
import { parseConsumer } from './events/consumer-input.ts'
import type { EventDelivery, EventHandler } from './events/deliver-events.ts'
import type { Host } from './host.ts'
import type { CollectMetrics } from './metrics/collect-metrics.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import type { AgencyId, CreateId } from './model/ids.ts'
import { createPauses, type Reach } from './pauses/create-pauses.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import { createPost } from './posts/create-post.ts'
import { createPosts, toPost } from './posts/create-posts.ts'
import type { CreatedPost, CreatePostInput } from './posts/posts.ts'
import { freshFacts, storedFacts } from './posts/read-facts.ts'
import { createPublications } from './publications/create-publications.ts'
import type { Advance } from './publishing/advance.ts'
import { inSpan } from './publishing/observe.ts'
import type { AccountAccess } from './publishing/publishing-store.ts'
import type { Runner } from './publishing/runner.ts'
import type { Vault } from './secrets/vault.ts'
import type { AgencySocial, SocialOptions, TransactionClient } from './social.ts'
import type { SpendingParts } from './spending/create-spending.ts'
import type { StorePorts } from './store-ports.ts'
import { attributeNames, spanNames } from './telemetry.ts'
import { createWebhooks } from './webhooks/create-webhooks.ts'

/** What all agencies of one `createSocial` share. */
export interface SocialParts {
  readonly host: Host
  readonly options: SocialOptions
  readonly log: NonNullable<SocialOptions['log']>
  readonly ports: StorePorts
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly createId: CreateId
  readonly vault: Vault
  readonly readApp: ReadApp
  readonly readFiles: ReadFiles
  readonly access: AccountAccess
  readonly advance: Advance
  readonly preloadAdvance: () => void
  readonly runner: Runner
  readonly events: EventDelivery
  readonly collectMetrics: CollectMetrics
  readonly renewConnections: RenewConnections
  /** Undefined without a ledger. */
  readonly spending: SpendingParts | undefined
  readonly followUp: FollowUp
}

/** One agency: the app's own id of it and ours. */
export interface AgencyRef {
  readonly id: AgencyId
  readonly externalId: string
}

/** What an app does for one agency: wiring only. The agency's row is made on first use. */
export function createAgencySocial(
  parts: SocialParts,
  agency: AgencyRef,
  { reach }: { readonly reach: Reach },
): AgencySocial {
  const { ports, options, log, adapters, createId, vault, readApp, readFiles, host, events } = parts
  const readAgencyId = createReadAgencyId(parts, agency)
  const wake = (): void => {
    parts.runner.wake()
    events.wake()
  }
  const creators = createCreators({ readAgencyId, store: ports.creators, createId })
  const accounts = createAccounts({
    readAgencyId,
    store: ports.accounts,
    connectStates: ports.connectStates,
    loginChoices: ports.loginChoices,
    creators: ports.creators,
    vault,
    adapters: options.adapters,
    readApp,
    tokensFrom: options.tokenSource ? 'host' : 'us',
    createId,
    randomBytes: host.randomBytes,
    monotonicNow: host.monotonic,
    startTimeout: host.startTimeout,
    log,
    bookCall: parts.spending?.bookCall,
  })
  const factsDependencies = {
    store: ports.posts,
    access: parts.access,
    monotonicNow: host.monotonic,
    startTimeout: host.startTimeout,
    log,
    payForCall: parts.spending?.payForCall,
  }
  const posts = createPosts({
    readAgencyId,
    store: ports.posts,
    publications: ports.publications,
    creators: ports.creators,
    adapters,
    createId,
    factsOf: (agencyId, material) => freshFacts(factsDependencies, agencyId, material),
    wake,
  })
  const pauses = createPauses(
    {
      store: ports.pauses,
      resolveAccount: async (_agencyId, id) => accounts.get(id),
      resolveCreator: async (_agencyId, creator) => creators.get(creator),
      platforms: [...adapters.keys()],
      reach,
    },
    agency.id,
  )
  const publications = createPublications({
    readAgencyId,
    store: ports.publications,
    publishing: ports.publishing,
    creators: ports.creators,
    lookNow: (id) => parts.advance(id, { look: 'now' }),
    abilitiesOf: (platform) => {
      const adapter = adapters.get(platform)
      return {
        finds: adapter?.findPublished !== undefined,
        readsOutcome: adapter?.readOutcome !== undefined,
        removes: adapter?.remove !== undefined,
      }
    },
    wake,
  })
  return {
    creators,
    accounts,
    assets: createAssets({ readAgencyId, store: ports.assets, creators: ports.creators, createId, readFiles }),
    posts,
    publications,
    metrics: createMetrics({
      readAgencyId,
      store: ports.metrics,
      adapters,
      access: parts.access,
      payForCall: parts.spending?.payForCall,
      monotonic: host.monotonic,
      startTimeout: host.startTimeout,
      findPublication: publications.get,
      findAccount: accounts.get,
    }),
    webhooks: createWebhooks({
      readAgencyId,
      store: ports.webhooks,
      publishing: ports.publishing,
      adapters,
      readApp,
      wake,
      log,
    }),
    agency: createAgencySettings({ readAgencyId, store: ports.agencies }),
    secrets: { rewrap: async () => vault.rewrap(await readAgencyId()) },
    async pause(scope, pauseOptions) {
      await readAgencyId()
      return pauses.pause(scope, pauseOptions)
    },
    async resume(scope, resumeOptions) {
      await readAgencyId()
      await pauses.resume(scope, resumeOptions)
      wake()
    },
    async pauses() {
      await readAgencyId()
      return pauses.list()
    },
    within: (client) => ({ posts: { create: (input) => createWithin(parts, agency, client, input) } }),
    async on(pattern, handler, { name } = {}) {
      const consumer = parseConsumer({ pattern, name })
      return events.on(await readAgencyId(), consumer, handler as EventHandler)
    },
  }
}

/** Once per process: the row is there, or is made. A failure is tried again with the next call. */
function createReadAgencyId({ ports }: SocialParts, agency: AgencyRef): () => Promise<AgencyId> {
  let ensured: Promise<AgencyId> | undefined
  return () => {
    ensured ??= ports.agencies.ensure(agency).then(
      () => agency.id,
      (error: unknown) => {
        ensured = undefined
        throw error
      },
    )
    return ensured
  }
}

/** Two statements through the host's client, without a network: stored facts are used. The post is read back through the same client. */
async function createWithin(
  parts: SocialParts,
  agency: AgencyRef,
  client: TransactionClient,
  input: CreatePostInput,
): Promise<CreatedPost> {
  const creation = parts.ports.createWithin(client, agency.externalId)
  const { adapters, createId } = parts
  return inSpan(spanNames.createPost, { [attributeNames.agencyId]: agency.id }, async () => {
    const { id, quote, warnings } = await createPost(
      { agencyId: agency.id, creation, adapters, createId, factsOf: storedFacts },
      input,
    )
    const { post, publications } = await creation.read(agency.id, id)
    return { ...toPost(post, publications), quote, warnings }
  })
}
