import { type CallContext, PlatformError, type PreparedPart } from '@ofm-social/core'
import * as z from 'zod'
import type { InstagramApi } from './api.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import { toInstagramKind } from './media-kind.ts'
import type { InstagramFacebookSettings } from './settings.ts'

/** What was there before a write. */
export interface InstagramBaseline {
  /** The newest posts, stories or comments. */
  readonly ids: readonly string[]
  /** How many posts Instagram counted in the last 24 hours; null for comments, and where it does not say. */
  readonly quotaUsed: number | null
}

const baselineSchema = z.object({ ids: z.array(z.string()), quotaUsed: z.number().nullable() })
const fullRetryMs = 3_600_000

/** What is stored, or what is the same as nothing. */
export function toBaseline(stored: unknown): InstagramBaseline {
  return baselineSchema.safeParse(stored).data ?? { ids: [], quotaUsed: null }
}

/**
 * Reads the newest ids, and how much may still be published.
 *
 * @throws {PlatformError} `quota_exhausted` when nothing may be published now: a write would be refused.
 */
export async function readBaseline(
  api: InstagramApi,
  part: PreparedPart<InstagramFacebookSettings, InstagramUploads>,
  context: CallContext,
): Promise<InstagramBaseline> {
  if (part.parent) {
    const { comments } = await api.listComments({ mediaId: part.parent.externalId, pagesMax: 1 }, context)
    return { ids: comments.map(({ id }) => id), quotaUsed: null }
  }
  const accountId = part.uploads.accountId ?? 'me'
  const limit = await api.readPublishingLimit(accountId, context)
  const total = limit?.config?.quota_total
  if (limit && total !== undefined && limit.quota_usage >= total) {
    const message = `The account has published ${limit.quota_usage} times in 24 hours; Instagram allows ${total}.`
    throw new PlatformError({ code: 'quota_exhausted', message, until: context.now + fullRetryMs })
  }
  const edge = toInstagramKind(part) === 'story' ? 'stories' : 'media'
  const listed = await api.listMedia({ accountId, edge, limit: 25 }, context)
  return { ids: listed.map(({ id }) => id), quotaUsed: limit?.quota_usage ?? null }
}
