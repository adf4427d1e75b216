import type { HoldScope } from '@ofm-social/core'
import { readRetryAfterMs } from '@ofm-social/core/http'
import { type RateWindowSource, readRateWindows } from './rate-windows.ts'

/** How long a refusal for too many requests lasts, and for whom. */
export interface RateWait {
  readonly retryAfterMs: number
  readonly scope: HoldScope
}

/** X's clock and ours differ; asking a moment too early costs another refusal. */
const resetMarginMs = 2_000
const defaultWaitMs = 60_000

/**
 * The latest reset of the windows that are used up; else that of the endpoint's window; else a minute. The endpoint's window alone misleads: with the
 * 24 hours used up it may show a large remainder and a reset minutes away.
 */
export function toRateWait(source: RateWindowSource): RateWait {
  const windows = readRateWindows(source)
  const usedUp = windows.filter(({ remaining }) => remaining === 0)
  const endpoint = windows.find(({ name }) => !name.endsWith(' 24h'))
  const candidates = usedUp.length > 0 ? usedUp : endpoint === undefined ? [] : [endpoint]
  const [latest] = candidates.toSorted((a, b) => b.resetAt - a.resetAt)
  // Not documented by X, and honoured if it appears.
  const headerMs = readRetryAfterMs(source.headers, source.now)
  if (latest === undefined) return { retryAfterMs: headerMs ?? defaultWaitMs, scope: 'account' }
  const resetMs = Math.max(0, latest.resetAt - source.now) + resetMarginMs
  return { retryAfterMs: Math.max(resetMs, headerMs ?? 0), scope: latest.scope }
}
