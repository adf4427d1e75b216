import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { Charge } from './charges.ts'
import { toRecord } from './check-body.ts'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { isTime, toQueryViolation } from './post-listing.ts'
import { countNow } from './post-metrics.ts'
import { answerInvalid, answerNotEnrolled, toMissing, type Violation } from './problems.ts'
import type { XPost } from './state.ts'

const stepMs: Readonly<Record<string, number>> = { hourly: 3_600_000, daily: 86_400_000, weekly: 7 * 86_400_000 }
const stepsMax = 1000

/** Counters here, and where their count is found. */
const names: Readonly<Record<string, string>> = {
  impressions: 'impression_count',
  engagements: 'engagements',
  likes: 'like_count',
  replies: 'reply_count',
  retweets: 'retweet_count',
  quote_tweets: 'quote_count',
  bookmarks: 'bookmark_count',
  url_clicks: 'url_link_clicks',
  user_profile_clicks: 'user_profile_clicks',
}

/** Counters over time of own posts: https://docs.x.com/x-api/posts/analytics */
export const analyticsEndpoints: readonly XEndpoint[] = [
  {
    method: 'GET',
    path: '/2/tweets/analytics',
    scopes: ['tweet.read', 'users.read'],
    does: 'reads',
    callers: 'users',
    charge: (_, { json }) => toCharges(toRecord(json).data),
    answer: answerAnalytics,
  },
]

function toCharges(data: unknown): readonly Charge[] {
  const items = Array.isArray(data) ? data : []
  return items.map((item) => ({ key: 'analytics', resource: `analytics ${String(toRecord(item).id)}` }))
}

function answerAnalytics(call: XUserCall): EmulatorAnswer {
  const { request, state, settings, user } = call
  if (settings.analytics === 'refused') return answerNotEnrolled(settings, state.app)
  const query = request.url.searchParams
  const violations = checkQuery(query)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const ids = (query.get('ids') ?? '').split(',')
  const own = state.posts.filter(
    ({ id, authorId, deletedAt }) => ids.includes(id) && authorId === user.id && deletedAt === null,
  )
  const missing = ids.filter((id) => !own.some((post) => post.id === id))
  const errors = missing.map((value) => toMissing(settings, { resource: 'tweet', parameter: 'ids', value }))
  const data = own.map((post) => ({ id: post.id, timestamped_metrics: listSteps(call, post) }))
  return {
    status: 200,
    json: { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) },
  }
}

function listSteps(call: XUserCall, post: XPost) {
  const query = call.request.url.searchParams
  const start = Date.parse(query.get('start_time') ?? '')
  const end = Date.parse(query.get('end_time') ?? '')
  const step = stepMs[query.get('granularity') ?? 'total'] ?? end - start
  const asked = query.get('analytics.fields')?.split(',') ?? Object.keys(names)
  const wanted = Object.entries(names).filter(([name]) => asked.includes(name))
  const countAt = (now: number) => countNow({ ...call, now: Math.min(now, call.now) }, post)
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => {
    const from = start + index * step
    const [before, after] = [countAt(from), countAt(Math.min(end, from + step))]
    const metrics = wanted.map(([name, source]) => [name, (after[source] ?? 0) - (before[source] ?? 0)])
    return { timestamp: new Date(from).toISOString(), metrics: Object.fromEntries(metrics) }
  })
}

function checkQuery(query: URLSearchParams): readonly Violation[] {
  const violations: Violation[] = []
  const refuse = (name: string, problem: string) =>
    void violations.push(toQueryViolation(name, query.get(name), problem))
  const ids = (query.get('ids') ?? '').split(',')
  if (ids.length > 100 || ids.some((id) => !/^[0-9]{1,19}$/.test(id))) refuse('ids', 'is not 1 to 100 ids')
  for (const name of ['start_time', 'end_time']) {
    if (!isTime(query.get(name) ?? '')) refuse(name, 'is not a RFC3339 date-time')
  }
  const granularity = query.get('granularity') ?? 'total'
  if (granularity !== 'total' && !(granularity in stepMs)) {
    refuse('granularity', 'is not one of [hourly,daily,weekly,total]')
  }
  if (violations.length > 0) return violations
  const spanMs = Date.parse(query.get('end_time') ?? '') - Date.parse(query.get('start_time') ?? '')
  if (spanMs <= 0) refuse('end_time', 'must be after start_time')
  else if (spanMs / (stepMs[granularity] ?? spanMs) > stepsMax) refuse('start_time', 'is too long ago')
  return violations
}
