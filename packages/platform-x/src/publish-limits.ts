import type { PublishLimit } from '@ofm-social/core'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/**
 * Of posts with pay-per-use. The three hours count reposts and posts through other apps, too: X then refuses earlier than we count.
 *
 * @see https://docs.x.com/x-api/fundamentals/rate-limits, checked on 2026-09-30; the three hours are of older pages.
 */
export const X_PUBLISH_LIMITS: readonly PublishLimit[] = [
  { name: 'posts in 15 minutes', scope: 'account', max: 100, perMs: 15 * minuteMs },
  { name: 'posts in 3 hours', scope: 'account', max: 300, perMs: 3 * hourMs },
  { name: 'posts in 24 hours', scope: 'app', max: 10_000, perMs: 24 * hourMs },
]
