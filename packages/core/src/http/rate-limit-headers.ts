import type { RateWindow } from '../platform/rate-window.ts'

/** One family of headers: `<prefix>-limit`, `-remaining`, `-reset`, and `-used` where there is no limit. */
export interface RateLimitHeaders {
  /** Name of the allowance in the window that is returned. */
  readonly name: string
  readonly scope: RateWindow['scope']
  /** `x-rate-limit`, `x-ratelimit`, `ratelimit`. */
  readonly prefix: string
  /** How `-reset` counts: a moment, or seconds from now on. */
  readonly reset: 'epoch_seconds' | 'delta_seconds'
}

/** Reads one family of rate limit headers; undefined when they are missing or unreadable. A fraction of a request counts as none. */
export function readRateWindow(headers: Headers, family: RateLimitHeaders, now: number): RateWindow | undefined {
  const read = (suffix: string) => parseCount(headers.get(`${family.prefix}-${suffix}`))
  const remaining = read('remaining')
  const reset = read('reset')
  const used = read('used')
  if (remaining === undefined || reset === undefined) return undefined
  const limit = read('limit') ?? (used === undefined ? undefined : used + remaining)
  if (limit === undefined) return undefined
  return {
    name: family.name,
    scope: family.scope,
    limit: Math.floor(limit),
    remaining: Math.floor(remaining),
    resetAt: Math.ceil(reset * 1000) + (family.reset === 'delta_seconds' ? now : 0),
  }
}

function parseCount(value: string | null): number | undefined {
  return value !== null && /^\d{1,15}(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined
}
