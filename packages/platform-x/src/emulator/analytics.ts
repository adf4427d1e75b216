import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { type AnalyticsRules, checkAnalyticsQuery, listAnalyticsSteps } from './analytics-query.ts'
import type { Charge } from './charges.ts'
import { toRecord } from './check-body.ts'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { playbackShares } from './media-object.ts'
import { countNow } from './post-metrics.ts'
import { answerInvalid, answerNotEnrolled, toMissing } from './problems.ts'
import type { XMedia, XPost } from './state.ts'
import type { XSettings } from './switches.ts'

type Counts = Readonly<Record<string, number>>

const postRules: AnalyticsRules = {
  parameter: 'ids',
  pattern: /^[0-9]{1,19}$/,
  granularities: ['hourly', 'daily', 'weekly', 'total'],
  granularityDefault: 'total',
}
const mediaRules: AnalyticsRules = {
  parameter: 'media_keys',
  pattern: /^[0-9]+_[0-9]+$/,
  granularities: ['hourly', 'daily', 'total'],
  granularityDefault: 'daily',
}

/** Counters of posts here, and where their count is found. */
const postNames: Readonly<Record<string, string>> = {
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
/** Of videos: shares of the views. */
const mediaShares: Counts = {
  video_views: 1,
  playback_start: playbackShares.playback_0_count,
  playback25: playbackShares.playback_25_count,
  playback50: playbackShares.playback_50_count,
  playback75: playbackShares.playback_75_count,
  playback_complete: playbackShares.playback_100_count,
}

/** Counters over time of own posts and own media: https://docs.x.com/x-api/posts/analytics */
export const analyticsEndpoints: readonly XEndpoint[] = [
  {
    method: 'GET',
    path: '/2/tweets/analytics',
    scopes: ['tweet.read', 'users.read'],
    does: 'reads',
    callers: 'users',
    charge: (_, { json }) => toCharges(toRecord(json).data),
    check: checkWith(postRules),
    answer: answerPosts,
  },
  {
    method: 'GET',
    path: '/2/media/analytics',
    scopes: ['tweet.read'],
    does: 'reads',
    callers: 'users',
    charge: (_, { json }) => toCharges(toRecord(json).data),
    check: checkWith(mediaRules),
    answer: answerMedia,
  },
]

function checkWith(rules: AnalyticsRules) {
  return ({ url }: EmulatorRequest, settings: XSettings, now: number) => {
    const violations = checkAnalyticsQuery(url.searchParams, rules, now - settings.analyticsHistoryMs)
    return violations.length > 0 ? answerInvalid(settings, violations) : undefined
  }
}

function toCharges(data: unknown): readonly Charge[] {
  const items = (Array.isArray(data) ? data : []).map(toRecord)
  return items.map(({ id, media_key: key }) => ({ key: 'analytics', resource: `analytics ${String(id ?? key)}` }))
}

function answerPosts(call: XUserCall): EmulatorAnswer {
  const { state, user, request } = call
  const wanted = request.url.searchParams.get('analytics.fields')?.split(',') ?? Object.keys(postNames)
  const names = Object.entries(postNames).filter(([name]) => wanted.includes(name))
  return answerAnalytics(call, postRules, (id) => {
    const post = state.posts.find((one) => one.id === id && one.authorId === user.id && one.deletedAt === null)
    return post && { id, ...toMetrics(call, postRules, (now) => readPost(call, post, names, now)) }
  })
}

function readPost(call: XUserCall, post: XPost, names: readonly (readonly [string, string])[], now: number): Counts {
  const counts = countNow({ ...call, now }, post)
  return Object.fromEntries(names.map(([name, source]) => [name, counts[source] ?? 0]))
}

function answerMedia(call: XUserCall): EmulatorAnswer {
  const { state, user } = call
  return answerAnalytics(call, mediaRules, (key) => {
    const media = state.media.find(({ mediaKey, ownerId }) => mediaKey === key && ownerId === user.id)
    return media && { media_key: key, ...toMetrics(call, mediaRules, (now) => readMedia(call, media, now)) }
  })
}

function readMedia(call: XUserCall, media: XMedia, now: number): Counts {
  const carriers = call.state.posts.filter(({ mediaIds, createdAt }) => mediaIds.includes(media.id) && createdAt <= now)
  const views = carriers.reduce((sum, post) => sum + (countNow({ ...call, now }, post).impression_count ?? 0), 0)
  return Object.fromEntries(Object.entries(mediaShares).map(([name, share]) => [name, Math.floor(views * share)]))
}

function answerAnalytics(
  call: XUserCall,
  rules: AnalyticsRules,
  find: (value: string) => object | undefined,
): EmulatorAnswer {
  const { request, state, settings } = call
  if (settings.analytics === 'refused') return answerNotEnrolled(settings, state.app)
  const query = request.url.searchParams
  const values = (query.get(rules.parameter) ?? '').split(',')
  const items = values.map(find)
  const data = items.filter((item) => item !== undefined)
  const [resource, parameter] = rules === postRules ? (['tweet', 'ids'] as const) : (['media', 'media_keys'] as const)
  const errors = values
    .filter((_, index) => items[index] === undefined)
    .map((value) => toMissing(settings, { resource, parameter, value }))
  return {
    status: 200,
    json: { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) },
  }
}

/** X's schema has the counters by span, and for a total beside them; which one answers is unverified. */
function toMetrics(call: XUserCall, rules: AnalyticsRules, countAt: (now: number) => Counts) {
  const { settings, request } = call
  const granularity = request.url.searchParams.get('granularity') ?? rules.granularityDefault
  const isText = rules === mediaRules && settings.mediaAnalyticsCounters === 'text'
  const steps = listSteps(call, rules, countAt).map(({ timestamp, metrics }) => {
    const shown = Object.entries(metrics).map(([name, count]) => [name, isText ? String(count) : count])
    return { timestamp, metrics: Object.fromEntries(shown) as Readonly<Record<string, unknown>> }
  })
  const isFlat = granularity === 'total' && settings.analyticsTotals === 'flat'
  return isFlat ? steps[0]?.metrics : { timestamped_metrics: steps }
}

/** What came on during each span; nothing comes from the future. */
function listSteps({ request, now }: XUserCall, rules: AnalyticsRules, countAt: (now: number) => Counts) {
  return listAnalyticsSteps(request.url.searchParams, rules).map(({ from, to }) => {
    const [before, after] = [countAt(Math.min(from, now)), countAt(Math.min(to, now))]
    const metrics = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)])
    return { timestamp: new Date(from).toISOString(), metrics: Object.fromEntries(metrics) }
  })
}
