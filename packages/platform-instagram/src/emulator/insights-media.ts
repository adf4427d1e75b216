import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, type InstagramCall } from './call.ts'
import { authenticate, type Caller, requirePermission } from './caller.ts'
import { GraphRefusal, wrongParameter } from './graph-error.ts'
import { readCounters } from './metrics.ts'
import { readList } from './parameters.ts'
import type { Media } from './state.ts'

type Product = Media['product']

/** Metrics of each kind of media: https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights */
const metrics: Readonly<Record<string, readonly Product[]>> = {
  views: ['FEED', 'REELS', 'STORY'],
  reach: ['FEED', 'REELS', 'STORY'],
  likes: ['FEED', 'REELS'],
  comments: ['FEED', 'REELS'],
  saved: ['FEED', 'REELS'],
  shares: ['FEED', 'REELS', 'STORY'],
  reposts: ['FEED', 'REELS', 'STORY'],
  total_interactions: ['FEED', 'REELS', 'STORY'],
  follows: ['FEED', 'STORY'],
  profile_visits: ['FEED', 'STORY'],
  profile_activity: ['FEED', 'STORY'],
  ig_reels_avg_watch_time: ['REELS'],
  ig_reels_video_view_total_time: ['REELS'],
  reels_skip_rate: ['REELS'],
  navigation: ['STORY'],
  replies: ['STORY'],
  link_clicks: ['STORY'],
  total_likes: ['FEED', 'REELS'],
  total_comments: ['FEED', 'REELS'],
  total_views: ['FEED', 'REELS', 'STORY'],
}
/** Metrics of media, whatever their kind. */
export const mediaMetricNames: readonly string[] = Object.keys(metrics)

const facebookOnly = ['link_clicks', 'total_likes', 'total_comments', 'total_views']
/** Of media that were shared to Facebook, which none here are. */
const crossposted = ['crossposted_views', 'facebook_views']
const breakdowns: Readonly<Record<string, { readonly name: string; readonly values: readonly string[] }>> = {
  profile_activity: {
    name: 'action_type',
    values: ['bio_link_clicked', 'call', 'direction', 'email', 'other', 'text'],
  },
  navigation: {
    name: 'story_navigation_action_type',
    values: ['tap_forward', 'tap_back', 'tap_exit', 'swipe_forward'],
  },
}
const storyLifeMs = 86_400_000
const viewersMin = 5

/** One metric that does not fit fails the whole call. */
export function answerMediaInsights(call: InstagramCall, media: Media): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'insights')
  const asked = readList(call.parameters.get('metric'))
  if (asked.length === 0) throw wrongParameter('(#100) The parameter metric is required')
  for (const metric of asked) checkMetric(metric, media, caller)
  if (media.parentId !== null) throw wrongParameter('(#100) Insights are not available for carousel items')
  const breakdown = call.parameters.get('breakdown')
  if (breakdown && asked.some((metric) => breakdowns[metric]?.name !== breakdown)) {
    throw new GraphRefusal({ message: 'An unknown error has occurred.', code: 1 })
  }
  const ageMs = call.context.now - media.createdAt
  const isGone = media.product === 'STORY' && ageMs >= storyLifeMs
  if (isGone || ageMs < call.settings.insightsDelayMs) return answerJson({ data: [] })
  const counters = readCounters(call, media)
  if (media.product === 'STORY' && (counters.reach ?? 0) < viewersMin) {
    const message = '(#10) Not enough viewers for the media to show insights'
    throw new GraphRefusal({ message, code: 10 })
  }
  return answerJson({ data: asked.map((name) => toInsight(media, name, counters[name] ?? 0, breakdown)) })
}

function checkMetric(metric: string, { product }: Media, { login }: Caller): void {
  const products = metrics[metric]
  if (crossposted.includes(metric)) throw wrongParameter(`(#100) The media was not shared to Facebook: ${metric}`)
  if (!products) {
    const known = Object.keys(metrics).join(', ')
    throw wrongParameter(`(#100) metric[0] must be one of the following values: ${known}. Got ${metric}`)
  }
  if (!products.includes(product) || (login === 'instagram' && facebookOnly.includes(metric))) {
    throw wrongParameter(
      `(#100) The Media Insights API does not support the ${metric} metric for this media product type.`,
    )
  }
}

function toInsight(media: Media, name: string, value: number, breakdown: string | undefined) {
  const whole = {
    name,
    period: 'lifetime',
    values: [{ value }],
    title: toTitle(name),
    description: `${toTitle(name)} of the media.`,
    id: `${media.id}/insights/${name}/lifetime`,
  }
  const parts = breakdown === undefined ? undefined : breakdowns[name]
  if (!parts) return whole
  const results = splitValue(value, parts.values)
  return { ...whole, total_value: { value, breakdowns: [{ dimension_keys: [parts.name], results }] } }
}

/** Spreads a total over its parts, the first ones first; parts without anything are left out. */
export function splitValue(total: number, values: readonly string[]) {
  const share = Math.floor(total / values.length)
  const counted = values.map((value, index) => ({
    dimension_values: [value],
    value: share + (index < total % values.length ? 1 : 0),
  }))
  return counted.filter(({ value }) => value > 0)
}

export function toTitle(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`
}
