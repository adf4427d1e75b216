import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, type InstagramCall, toHostUrl } from './call.ts'
import { authenticate, requirePermission } from './caller.ts'
import { wrongParameter } from './graph-error.ts'
import { splitValue, toTitle } from './insights-media.ts'
import { readCounters, readSet } from './metrics.ts'
import { readList } from './parameters.ts'
import type { InstagramUser } from './state.ts'
import { toGraphTime } from './time.ts'

interface AccountMetric {
  readonly periods: readonly string[]
  readonly types: readonly string[]
  readonly breakdowns: readonly string[]
  /** Counter of media that it sums up; none for what only a test sets. */
  readonly counter?: string
  readonly followersMin?: number
  readonly wantsTimeframe?: true
}

const total = { periods: ['day'], types: ['total_value'], breakdowns: [] } as const
const byProduct = { ...total, breakdowns: ['media_product_type'] } as const
const demographics = {
  periods: ['lifetime'],
  types: ['total_value'],
  breakdowns: ['age', 'city', 'country', 'gender'],
  wantsTimeframe: true,
  followersMin: 100,
} as const

/** https://developers.facebook.com/docs/instagram-platform/api-reference/instagram-user/insights */
const metrics: Readonly<Record<string, AccountMetric>> = {
  reach: {
    periods: ['day'],
    types: ['total_value', 'time_series'],
    breakdowns: ['media_product_type', 'follow_type'],
    counter: 'reach',
  },
  views: { ...total, breakdowns: ['follow_type', 'media_product_type'], counter: 'views' },
  accounts_engaged: { ...total, counter: 'total_interactions' },
  total_interactions: { ...byProduct, counter: 'total_interactions' },
  likes: { ...byProduct, counter: 'likes' },
  comments: { ...byProduct, counter: 'comments' },
  saves: { ...byProduct, counter: 'saved' },
  shares: { ...byProduct, counter: 'shares' },
  replies: { ...total, counter: 'replies' },
  reposts: { ...total, counter: 'reposts' },
  profile_links_taps: { ...total, breakdowns: ['contact_button_type'], counter: 'profile_activity' },
  follows_and_unfollows: { ...total, breakdowns: ['follow_type'], counter: 'follows', followersMin: 100 },
  follower_demographics: demographics,
  engaged_audience_demographics: demographics,
  follower_count: { periods: ['day'], types: ['time_series'], breakdowns: [], followersMin: 100 },
  online_followers: { periods: ['lifetime'], types: ['time_series'], breakdowns: [], followersMin: 100 },
  profile_views: { ...total, counter: 'profile_visits' },
  website_clicks: { ...total },
}
/** Metrics of accounts. */
export const accountMetricNames: readonly string[] = Object.keys(metrics)

const breakdownValues: Readonly<Record<string, readonly string[]>> = {
  media_product_type: ['POST', 'REEL', 'STORY', 'CAROUSEL_CONTAINER'],
  follow_type: ['FOLLOWER', 'NON_FOLLOWER', 'UNKNOWN'],
  contact_button_type: ['BOOK_NOW', 'CALL', 'DIRECTION', 'EMAIL', 'INSTANT_EXPERIENCE', 'TEXT'],
  age: ['18-24', '25-34', '35-44'],
  city: ['Berlin, Berlin', 'Vienna, Vienna'],
  country: ['DE', 'AT'],
  gender: ['F', 'M', 'U'],
}
const timeframes = ['this_week', 'this_month']
const dayMs = 86_400_000

export function answerAccountInsights(call: InstagramCall, user: InstagramUser): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'insights')
  const asked = readList(call.parameters.get('metric'))
  if (asked.length === 0) throw wrongParameter('(#100) The parameter metric is required')
  const period = call.parameters.get('period')
  if (!period) throw wrongParameter('(#100) The parameter period is required')
  const data = asked.flatMap((name) => toInsight(call, user, { name, period }))
  return answerJson({ data, paging: toPaging(call) })
}

function toInsight(
  call: InstagramCall,
  user: InstagramUser,
  { name, period }: { readonly name: string; readonly period: string },
): readonly object[] {
  const metric = checkMetric(call, name, period)
  if (call.settings.followersCount < (metric.followersMin ?? 0)) return []
  const { until, since } = readRange(call)
  const value = readValue(call, user, { name, metric, since, until })
  const whole = {
    name,
    period,
    title: toTitle(name),
    description: `${toTitle(name)} of the account.`,
    id: `${user.id}/insights/${name}/${period}`,
  }
  const type = call.parameters.get('metric_type') || metric.types.at(-1)
  if (type === 'time_series') return [{ ...whole, values: [{ value, end_time: toGraphTime(until) }] }]
  const breakdown = call.parameters.get('breakdown')
  if (!breakdown) return [{ ...whole, total_value: { value } }]
  const results = splitValue(value, breakdownValues[breakdown] ?? [])
  return [{ ...whole, total_value: { value, breakdowns: [{ dimension_keys: [breakdown], results }] } }]
}

function checkMetric({ parameters }: InstagramCall, name: string, period: string): AccountMetric {
  const metric = metrics[name]
  if (!metric) {
    const known = Object.keys(metrics).join(', ')
    throw wrongParameter(`(#100) metric[0] must be one of the following values: ${known}. Got ${name}`)
  }
  const { periods, types, breakdowns, wantsTimeframe } = metric
  if (!periods.includes(period)) throw wrongParameter(`(#100) The metric ${name} does not support the period ${period}`)
  const type = parameters.get('metric_type')
  if (type ? !types.includes(type) : !types.includes('time_series')) {
    throw wrongParameter(
      `(#100) The following metrics (${name}) should be specified with parameter metric_type=total_value`,
    )
  }
  const breakdown = parameters.get('breakdown')
  if (breakdown && !breakdowns.includes(breakdown)) {
    throw wrongParameter(`(#100) The metric ${name} does not support the breakdown ${breakdown}`)
  }
  if (wantsTimeframe && !timeframes.includes(parameters.get('timeframe') ?? '')) {
    throw wrongParameter(`(#100) The metric ${name} needs a timeframe: ${timeframes.join(', ')}`)
  }
  return metric
}

function readRange({ parameters, context }: InstagramCall): { since: number; until: number } {
  const read = (name: string) => (parameters.get(name) ? Number(parameters.get(name)) * 1000 : undefined)
  const until = read('until') ?? context.now
  return { until, since: read('since') ?? until - dayMs }
}

/** What a test set for the account, else the sum over media of the range. */
function readValue(
  call: InstagramCall,
  user: InstagramUser,
  { name, metric, since, until }: { name: string; metric: AccountMetric; since: number; until: number },
): number {
  const set = readSet(user.metrics, Number.MAX_SAFE_INTEGER)[name]
  if (set !== undefined) return set
  if (name.endsWith('demographics') || name === 'follower_count') return call.settings.followersCount
  const { counter } = metric
  if (counter === undefined) return 0
  const own = call.context.state.media.filter(
    ({ accountId, parentId, createdAt }) =>
      accountId === user.id && parentId === null && createdAt >= since && createdAt <= until,
  )
  return own.reduce((sum, media) => sum + (readCounters(call, media)[counter] ?? 0), 0)
}

function toPaging(call: InstagramCall) {
  const { since, until } = readRange(call)
  const toUrl = (from: number, to: number) => {
    const url = new URL(`${toHostUrl(call, call.host)}/${call.version}${call.path}`)
    for (const [name, value] of call.request.url.searchParams) url.searchParams.set(name, value)
    url.searchParams.set('since', String(Math.floor(from / 1000)))
    url.searchParams.set('until', String(Math.floor(to / 1000)))
    return url.href
  }
  return { previous: toUrl(since - (until - since), since), next: toUrl(until, until + (until - since)) }
}
