import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerBlank, answerCode, answerUsageCapped } from './problems.ts'
import type { XState } from './state.ts'
import type { XRateLimits, XSettings } from './switches.ts'

const minuteMs = 60_000
const quarterMs = 15 * minuteMs
const hoursMs = 3 * 60 * minuteMs
const dayMs = 24 * 60 * minuteMs

const upload: XRateLimits = { user: 1875, appDay: 180_000 }
const webhooks: XRateLimits = { app: 450 }
const subscriptions: XRateLimits = { user: 500, app: 500 }
const usersLookup: XRateLimits = { user: 900, app: 300 }
const whoEngaged: XRateLimits = { user: 75, app: 75 }

/** Pay-per-use, as of 2026-09: https://docs.x.com/x-api/fundamentals/rate-limits; the three hours are of older pages. */
const table: Readonly<Record<string, XRateLimits>> = {
  'POST /2/tweets': { user: 100, user3h: 300, appDay: 10_000 },
  'DELETE /2/tweets/:id': { user: 50 },
  'GET /2/tweets': { user: 5000, app: 3500 },
  'GET /2/tweets/:id': { user: 900, app: 450 },
  'GET /2/users/:id/tweets': { user: 900, app: 10_000 },
  'GET /2/users/:id/mentions': { user: 300, app: 450 },
  'GET /2/tweets/search/recent': { user: 300, app: 450 },
  'GET /2/tweets/:id/quote_tweets': whoEngaged,
  'GET /2/tweets/:id/liking_users': whoEngaged,
  'GET /2/tweets/:id/retweeted_by': whoEngaged,
  'GET /2/tweets/analytics': { user: 300 },
  'GET /2/media/analytics': { user: 300 },
  'PUT /2/tweets/:tweet_id/hidden': { user: 50 },
  'POST /2/users/:id/retweets': { user: 50, user3h: 300 },
  'DELETE /2/users/:id/retweets/:source_tweet_id': { user: 50 },
  'GET /2/users/me': { user: 75 },
  'GET /2/users': usersLookup,
  'GET /2/users/by': usersLookup,
  'GET /2/users/by/username/:username': usersLookup,
  'GET /2/users/:id': usersLookup,
  'POST /2/media/upload': { user: 500, appDay: 50_000 },
  'GET /2/media/upload': { user: 1000, appDay: 100_000 },
  'POST /2/media/upload/initialize': upload,
  'POST /2/media/upload/:id/append': upload,
  'POST /2/media/upload/:id/finalize': upload,
  'POST /2/media/metadata': { user: 500, appDay: 50_000 },
  'POST /2/media/subtitles': { user: 100, appDay: 10_000 },
  'DELETE /2/media/subtitles': { user: 100, appDay: 10_000 },
  'GET /2/usage/tweets': { app: 50 },
  // Exchanges of OAuth 1.0a for 2.0 alone.
  'POST /2/oauth2/token': { app: 10_000 },
  'POST /2/webhooks': webhooks,
  'GET /2/webhooks': webhooks,
  'PUT /2/webhooks/:webhook_id': webhooks,
  'DELETE /2/webhooks/:webhook_id': webhooks,
  'POST /2/webhooks/replay': { app: 100 },
  'POST /2/activity/subscriptions': subscriptions,
  'GET /2/activity/subscriptions': subscriptions,
  'DELETE /2/activity/subscriptions': subscriptions,
  'PUT /2/activity/subscriptions/:id': subscriptions,
  'DELETE /2/activity/subscriptions/:id': subscriptions,
}

const basic = { user: 15, app: 15 }
const once = { user: 1, app: 1 }

/** The older subscriptions differ in these; as of 2025-12. */
const olderTables: Readonly<Partial<Record<XSettings['plan'], Readonly<Record<string, XRateLimits>>>>> = {
  pro: {
    'GET /2/tweets': { user: 900, app: 450 },
    'GET /2/users/:id/tweets': { user: 900, app: 1500 },
  },
  basic: {
    'POST /2/tweets': { userDay: 100, appDay: 1667 },
    'DELETE /2/tweets/:id': { user: 5 },
    'GET /2/tweets': basic,
    'GET /2/tweets/:id': basic,
    'GET /2/users/:id/tweets': { user: 5, app: 10 },
    'GET /2/users/me': { userDay: 250 },
  },
  free: {
    'POST /2/tweets': { userDay: 17, appDay: 17 },
    'DELETE /2/tweets/:id': { userDay: 17, appDay: 17 },
    'GET /2/tweets': once,
    'GET /2/tweets/:id': once,
    'GET /2/users/:id/tweets': once,
    'GET /2/users/me': { userDay: 25 },
    'GET /2/usage/tweets': { app: 1 },
  },
}

interface Family {
  readonly name: string
  readonly limit: number
  readonly lengthMs: number
  /** Empty for a window that no header speaks of. */
  readonly header: string
}

/** Who calls what: windows are kept by it. `userId` is null for an app-only token. */
export interface Caller {
  readonly endpoint: string
  readonly userId: string | null
}

export interface RateVerdict {
  readonly isExceeded: boolean
  readonly headers: Readonly<Record<string, string>>
}

/** Counts a call in all its windows, unless one of them is full. */
export function countCall(state: XState, settings: XSettings, caller: Caller, now: number): RateVerdict {
  const families = listFamilies(settings, caller)
  const isExceeded = families.some((family) => readWindow(state, family, now).used >= family.limit)
  if (!isExceeded) {
    for (const family of families) {
      const { endsAt, used } = readWindow(state, family, now)
      state.windows[family.name] = { endsAt, used: used + 1 }
    }
  }
  return { isExceeded, headers: toHeaders(state, settings, families, now) }
}

/** The headers of a call that does not count. */
export function peekHeaders(state: XState, settings: XSettings, caller: Caller, now: number) {
  return toHeaders(state, settings, listFamilies(settings, caller), now)
}

export function answerRateLimited(headers: Readonly<Record<string, string>>): EmulatorAnswer {
  return { ...answerBlank(429, 'Too Many Requests'), headers }
}

/**
 * The fault `rate_limit`. `scope`: the 15 minutes of the `user` (default), `user_day` and `app` for the 24 hours while the 15 minutes look full,
 * `no_headers`, `legacy` for code 88, `usage` for the monthly cap.
 */
export function playRateLimit(
  state: XState,
  settings: XSettings,
  now: number,
  fault: { readonly retryAfterMs?: number; readonly scope?: string },
): EmulatorAnswer {
  const reset = String(Math.ceil((now + (fault.retryAfterMs ?? quarterMs)) / 1000))
  const window = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset }
  const open = { ...window, 'x-rate-limit-remaining': '97', 'x-rate-limit-reset': toSeconds(now + minuteMs) }
  const day = (family: string) => ({
    [`x-${family}-limit-24hour-limit`]: '10000',
    [`x-${family}-limit-24hour-remaining`]: '0',
    [`x-${family}-limit-24hour-reset`]: reset,
  })
  switch (fault.scope) {
    case 'app':
      return answerRateLimited({ ...open, ...day('app') })
    case 'user_day':
      return answerRateLimited({ ...open, ...day('user') })
    case 'no_headers':
      return answerRateLimited({})
    case 'legacy':
      return { ...answerCode(429, 88, 'Rate limit exceeded'), headers: window }
    case 'usage':
      return answerUsageCapped(settings, state.app)
    default:
      return answerRateLimited(window)
  }
}

function listFamilies(settings: XSettings, { endpoint, userId }: Caller): readonly Family[] {
  const limits = settings.rateLimits[endpoint] ?? olderTables[settings.plan]?.[endpoint] ?? table[endpoint] ?? {}
  const ofUser = (limit: number | undefined, lengthMs: number, header: string) => ({
    // Posts and reposts share the three hours.
    name: `${lengthMs === hoursMs ? 'posts' : endpoint} ${userId} ${lengthMs}`,
    limit,
    lengthMs,
    header,
  })
  const ofApp = (limit: number | undefined, lengthMs: number, header: string) => ({
    name: `${endpoint} app ${lengthMs}`,
    limit,
    lengthMs,
    header,
  })
  const all = [
    userId === null ? ofApp(limits.app, quarterMs, 'x-rate-limit') : ofUser(limits.user, quarterMs, 'x-rate-limit'),
    ofUser(limits.user3h, hoursMs, ''),
    ofUser(limits.userDay, dayMs, 'x-user-limit-24hour'),
    ofApp(limits.appDay, dayMs, 'x-app-limit-24hour'),
  ]
  return all.flatMap(({ limit, ...family }) => (limit === undefined ? [] : [{ ...family, limit }]))
}

function readWindow(state: XState, family: Family, now: number) {
  const window = state.windows[family.name]
  return window && window.endsAt > now ? window : { endsAt: now + family.lengthMs, used: 0 }
}

function toHeaders(state: XState, settings: XSettings, families: readonly Family[], now: number) {
  const shown = families.filter(
    ({ header }) => header === 'x-rate-limit' || (header !== '' && settings.dayHeaders === 'present'),
  )
  const headers: Record<string, string> = {}
  for (const family of shown) {
    const { endsAt, used } = readWindow(state, family, now)
    headers[`${family.header}-limit`] = String(family.limit)
    headers[`${family.header}-remaining`] = String(Math.max(0, family.limit - used))
    headers[`${family.header}-reset`] = toSeconds(endsAt)
  }
  return headers
}

function toSeconds(ms: number): string {
  return String(Math.ceil(ms / 1000))
}
