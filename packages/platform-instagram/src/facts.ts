import type { CallContext, DestinationFacts, DestinationRef } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'

const factsLifeMs = 900_000

/** What Instagram says about an account: how much of its publishing limit is used. The number differs by account and changes without notice. */
export interface InstagramFacts extends DestinationFacts {
  readonly quotaUsed: number | null
  readonly quotaTotal: number | null
  readonly quotaDurationSeconds: number | null
}

/** Reads what may be published in the current 24 hours. */
export async function readFacts(
  api: InstagramApi,
  { accountExternalId }: DestinationRef,
  context: CallContext,
): Promise<InstagramFacts> {
  const limit = await api.readPublishingLimit(accountExternalId, context)
  return {
    expiresAt: context.now + factsLifeMs,
    quotaUsed: limit?.quota_usage ?? null,
    quotaTotal: limit?.config?.quota_total ?? null,
    quotaDurationSeconds: limit?.config?.quota_duration ?? null,
  }
}
