import type { ReadApp } from '../accounts/app-credentials.ts'
import type { AgencyId } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { WebhookEvent } from '../platform/platform-webhook.ts'
import type { PublishingStore } from '../publishing/publishing-store.ts'
import { recordRemoved } from '../publishing/record-preparation.ts'
import type { SocialOptions } from '../social.ts'
import { SocialError } from '../social-error.ts'
import type { ToldAccount, WebhookStore } from './webhook-store.ts'
import type { Webhooks } from './webhooks.ts'

export interface WebhooksDependencies {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: WebhookStore
  readonly publishing: Pick<PublishingStore, 'change'>
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly readApp: ReadApp
  /** Something may be due now. */
  readonly wake: () => void
  readonly log: NonNullable<SocialOptions['log']>
}

/** Webhooks of one agency. */
export function createWebhooks(dependencies: WebhooksDependencies): Webhooks {
  const { adapters, readAgencyId, readApp, log } = dependencies
  return {
    async receive(platform, request) {
      const adapter = adapters.get(platform)
      if (!adapter) throw new SocialError('unknown_platform', `No adapter for ${platform} is installed.`)
      if (!adapter.parseWebhook) throw new SocialError('not_allowed', `${adapter.displayName} has no webhooks here.`)
      const agencyId = await readAgencyId()
      const app = await readApp({ agencyId, creatorId: null, platform })
      if (!app) throw new SocialError('misconfigured', `No app for ${platform} is configured (option apps).`)
      const { answer, events } = adapter.parseWebhook(request, app)
      if (answer.status === 401)
        log({ level: 'warn', message: 'a webhook request with a wrong signature was refused', platform })
      for (const event of events) await takeEvent(dependencies, agencyId, platform, event)
      if (events.length > 0) dependencies.wake()
      return answer
    },
  }
}

/** What changes a publication comes first and may be repeated; remembering the event comes last. */
async function takeEvent(
  dependencies: WebhooksDependencies,
  agencyId: AgencyId,
  platform: string,
  event: WebhookEvent,
): Promise<void> {
  if (event.accountExternalId === undefined) return
  const accounts = await dependencies.store.findAccounts(agencyId, platform, event.accountExternalId)
  for (const account of accounts) {
    // One event that is about several accounts is remembered for each.
    const told = accounts.length === 1 ? event : { ...event, id: `${event.id}/${account.id}` }
    await takeAccountEvent(dependencies, { agencyId, platform, account, event: told })
  }
}

async function takeAccountEvent(
  { store, publishing }: WebhooksDependencies,
  told: {
    readonly agencyId: AgencyId
    readonly platform: string
    readonly account: ToldAccount
    readonly event: WebhookEvent
  },
): Promise<void> {
  const { agencyId, platform, account, event } = told
  if (event.type === 'post_removed') {
    const part = await store.findPart(agencyId, account.id, event.externalId)
    if (part)
      await publishing.change({ agencyId, publicationId: part.publicationId }, {}, (publication) =>
        recordRemoved(publication, { part: part.partIndex, by: event.by }),
      )
  }
  await store.take(agencyId, platform, account, event)
}
