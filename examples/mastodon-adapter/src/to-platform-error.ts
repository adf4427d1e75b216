import { PlatformError } from '@ofm-social/core'
import type { HttpFailure } from '@ofm-social/core/http'

/**
 * Mastodon says when a limit ends in a header of its own; everything else is what its status says.
 *
 * @see https://docs.joinmastodon.org/api/rate-limits/
 */
export function toPlatformError({ status, headers, now }: HttpFailure): PlatformError | undefined {
  const resetAt = Date.parse(headers.get('x-ratelimit-reset') ?? '')
  if (status !== 429 || Number.isNaN(resetAt)) return undefined
  const retryAfterMs = Math.max(1000, resetAt - now)
  return new PlatformError({ code: 'rate_limited', message: 'Mastodon limits this account.', retryAfterMs, status })
}
