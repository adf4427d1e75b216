import { createAgencySettings } from './agencies/create-agency-settings.ts'
import { createAgencyAccounts } from './agency-accounts.ts'
import { createAgencyPauses } from './agency-pauses.ts'
import { createAgencyPosts } from './agency-posts.ts'
import { createAgencyPublications } from './agency-publications.ts'
import { type AgencyRef, createAgencyScope } from './agency-scope.ts'
import { createAssets } from './assets/create-assets.ts'
import { createCreators } from './creators/create-creators.ts'
import { parseConsumer } from './events/consumer-input.ts'
import type { EventHandler } from './events/deliver-events.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import type { Reach } from './pauses/create-pauses.ts'
import type { AgencySocial } from './social.ts'
import type { SocialParts } from './social-parts.ts'
import { createWebhooks } from './webhooks/create-webhooks.ts'
import { createWithin } from './within.ts'

/** What an app does for one agency: wiring only. The agency's row is made on first use. */
export function createAgencySocial(
  parts: SocialParts,
  agency: AgencyRef,
  { reach }: { readonly reach: Reach },
): AgencySocial {
  const scope = createAgencyScope(parts, agency)
  const { ports, adapters, access, host, vault, readApp, readFiles, readAgencyId, createId, events, wake, log } = scope
  const creators = createCreators({ readAgencyId, store: ports.creators, createId })
  const accounts = createAgencyAccounts(scope)
  const publications = createAgencyPublications(scope)
  return {
    creators,
    accounts,
    assets: createAssets({ readAgencyId, store: ports.assets, creators: ports.creators, createId, readFiles }),
    posts: createAgencyPosts(scope),
    publications,
    metrics: createMetrics({
      readAgencyId,
      store: ports.metrics,
      adapters,
      access,
      payForCall: scope.spending?.payForCall,
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
    ...createAgencyPauses(scope, { accounts, creators, reach }),
    within: createWithin(scope),
    async on(pattern, handler, { name } = {}) {
      const consumer = parseConsumer({ pattern, name })
      return events.on(await readAgencyId(), consumer, handler as EventHandler)
    },
  }
}
