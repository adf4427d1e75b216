import type { CallContext, PlatformAdapter } from '@ofm-social/core'
import { type AccountLookup, listAccounts, readAccount } from './account.ts'
import { createInstagramApi } from './api.ts'
import { readBaseline } from './baseline.ts'
import { checkPart } from './check-part.ts'
import type { InstagramCheckpoint, InstagramUploads } from './container-checkpoint.ts'
import { readFacts } from './facts.ts'
import { findPublished, toLikeness } from './find-published.ts'
import { INSTAGRAM_LIMITS, type InstagramLimits } from './limits.ts'
import { fetchesAssets } from './media-urls.ts'
import { readAccountMetrics, readMetrics } from './metrics.ts'
import { createFacebookOAuth } from './oauth-facebook.ts'
import { createInstagramOAuth } from './oauth-instagram.ts'
import { type InstagramAdapterOptions, parseInstagramAdapterOptions } from './options.ts'
import { parseWebhook } from './parse-webhook.ts'
import { preparePart, toLeadMs } from './prepare.ts'
import { publishPart } from './publish.ts'
import { removeObject } from './remove.ts'
import {
  type InstagramFacebookSettings,
  type InstagramSettings,
  instagramFacebookSettingsSchema,
  instagramSettingsSchema,
} from './settings.ts'
import { SETTLED_AFTER_MS } from './settled-after-ms.ts'
import { subscribe } from './subscribe.ts'

type Adapter<Settings> = PlatformAdapter<Settings, InstagramUploads, InstagramCheckpoint>
/** The platform `instagram`: accounts that are connected by a login with Instagram. */
export type InstagramAdapter = Adapter<InstagramSettings> & { platform: 'instagram'; limits: InstagramLimits }
/** The platform `instagram_facebook`: accounts that are linked to a Page and connected by a login with Facebook. */
export type InstagramFacebookAdapter = Adapter<InstagramFacebookSettings> & {
  platform: 'instagram_facebook'
  limits: InstagramLimits
}

/**
 * Publishes to Instagram for any number of connected accounts. The two logins are two platforms, each with the members that its login can do: an app
 * that offers both installs both. Without more options it speaks to the real one.
 */
export function createInstagramAdapter(options: InstagramAdapterOptions<'instagram'>): InstagramAdapter
export function createInstagramAdapter(options: InstagramAdapterOptions<'facebook'>): InstagramFacebookAdapter
export function createInstagramAdapter(options: InstagramAdapterOptions): InstagramAdapter | InstagramFacebookAdapter {
  const config = parseInstagramAdapterOptions(options)
  const api = createInstagramApi(config)
  const lookup = { api, config }
  const shared = createShared(lookup)
  if (config.login === 'instagram') {
    return {
      ...shared,
      platform: 'instagram',
      displayName: 'Instagram',
      settings: instagramSettingsSchema,
      oauth: createInstagramOAuth(api, config),
      readAccount: (context) => readAccount(lookup, context),
    }
  }
  return {
    ...shared,
    platform: 'instagram_facebook',
    displayName: 'Instagram (Facebook login)',
    settings: instagramFacebookSettingsSchema,
    oauth: createFacebookOAuth(api, config),
    listAccounts: (context) => listAccounts(lookup, context),
    remove: (externalId, context) => removeObject(api, externalId, context),
  }
}

/** What both logins can do. */
function createShared(lookup: AccountLookup) {
  const { api, config } = lookup
  const { webhookFields } = config
  return {
    limits: INSTAGRAM_LIMITS,
    lookAfterMs: [10_000, 30_000, 60_000, 120_000, 185_000, 300_000, SETTLED_AFTER_MS],
    settledAfterMs: SETTLED_AFTER_MS,
    readFacts: (destination, context) => readFacts(api, destination, context),
    fetchesAssets: (part) => fetchesAssets(part, config),
    checkPart: (part) => checkPart(part, INSTAGRAM_LIMITS),
    prepareLeadMs: toLeadMs,
    prepare: (part, context) => preparePart(lookup, part, context),
    readBaseline: (part, context) => readBaseline(api, part, context),
    publish: (part, context) => publishPart(api, part, context),
    findPublished: (attempt, context) => findPublished(lookup, attempt, context),
    readUrl: ({ externalId, kind, parent }, context) =>
      api.readPermalink(kind === 'comment' && parent ? parent.externalId : externalId, context),
    likeness: toLikeness,
    readMetrics: (parts, context) => readMetrics(lookup, parts, context),
    readAccountMetrics: (context) => readAccountMetrics(lookup, context),
    parseWebhook,
    ...(webhookFields && { subscribe: (context: CallContext) => subscribe(lookup, webhookFields, context) }),
  } satisfies Omit<Adapter<InstagramFacebookSettings>, 'platform' | 'displayName'>
}
