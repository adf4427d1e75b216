import type { PlatformAdapter } from '@ofm-social/core'
import { readAccount } from './account.ts'
import { createXApi } from './api.ts'
import { checkPart } from './check-part.ts'
import { readFacts, toXFacts } from './facts.ts'
import { findPublished, readBaseline, toLikeness } from './find-published.ts'
import { createXLimits } from './limits.ts'
import type { XCheckpoint } from './media-upload.ts'
import { createXMeters } from './meters.ts'
import { readAccountMetrics, readMetrics } from './metrics.ts'
import { createXOAuth } from './oauth.ts'
import { parseXAdapterOptions, type XAdapterOptions } from './options.ts'
import { parseWebhook } from './parse-webhook.ts'
import { preparePart } from './prepare-part.ts'
import { publishPart } from './publish.ts'
import { removePost } from './remove.ts'
import { type XSettings, xSettingsSchema } from './settings.ts'
import type { XUploads } from './upload.ts'

/** Publishes to X for any number of connected accounts. Without options it speaks to the real one. */
export function createXAdapter(
  options: XAdapterOptions = {},
): PlatformAdapter<XSettings, XUploads, XCheckpoint> & { platform: 'x' } {
  const config = parseXAdapterOptions(options)
  const { webUrl } = config
  const api = createXApi(config)
  const limits = createXLimits(config.limits)
  const adapter: PlatformAdapter<XSettings, XUploads, XCheckpoint> & { platform: 'x' } = {
    platform: 'x',
    displayName: 'X',
    limits,
    settings: xSettingsSchema,
    oauth: createXOAuth(api, config),
    publishLimits: config.publishLimits,
    lookAfterMs: [5_000, 15_000, 60_000, 300_000],
    readAccount: (context) => readAccount(api, webUrl, context),
    checkPart: (part, facts) => checkPart(part, { limits, facts: toXFacts(facts), config }),
    prepare: (part, context) => preparePart({ api, config }, part, context),
    publish: (part, context) => publishPart({ api, webUrl }, part, context),
    findPublished: (attempt, context) => findPublished({ api, config }, attempt, context),
    likeness: toLikeness,
    remove: (externalId, context) => removePost(api, externalId, context),
    readMetrics: (parts, context) => readMetrics(api, parts, context),
    readAccountMetrics: (context) => readAccountMetrics(api, context),
    parseWebhook,
    meters: createXMeters(config),
  }
  return {
    ...adapter,
    ...(config.accountTier === 'read' && { readFacts: (_destination, context) => readFacts(api, context) }),
    ...(config.baseline === 'newest_post' && {
      readBaseline: (_part, context) => readBaseline({ api, config }, context),
    }),
  }
}
