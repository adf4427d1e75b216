import type { EmulatedMetrics } from '@ofm-social/core/testing'
import type { InstagramCall } from './call.ts'
import type { InstagramState, Media } from './state.ts'

/** Counters by their names in insights. */
export type Counters = Readonly<Record<string, number>>

/** What a medium has after a day, roughly; it grows towards twice that. */
const afterOneDay: Counters = {
  views: 300,
  reach: 210,
  likes: 24,
  saved: 5,
  shares: 4,
  reposts: 1,
  follows: 1,
  profile_visits: 6,
  profile_activity: 2,
  ig_reels_video_view_total_time: 1_500_000,
  navigation: 40,
  replies: 2,
  link_clicks: 1,
}

const dayMs = 86_400_000

/** Names that media fields have for counters of insights. */
const aliases: Readonly<Record<string, string>> = {
  like_count: 'likes',
  comments_count: 'comments',
  saved_count: 'saved',
  shares_count: 'shares',
  reposts_count: 'reposts',
}

/** Names of fields that a test may set as well. */
export const fieldCounterNames: readonly string[] = Object.keys(aliases)

/** Counters of a medium now: what a test set, before what grows by itself. */
export function readCounters(
  { context, settings }: Pick<InstagramCall, 'context' | 'settings'>,
  media: Media,
): Counters {
  const ageMs = context.now - media.createdAt
  const grown = settings.metricsGrowth === 'grows' ? grow(media.id, ageMs) : {}
  const told = countComments(context.state, media.id)
  const set = readSet(media.metrics, ageMs)
  return complete({ ...grown, comments: told, ...set })
}

/** Counters that a test set for a moment; under both of their names. */
export function readSet(metrics: EmulatedMetrics | null, ageMs: number): Counters {
  const given = toCounters(metrics, ageMs)
  const named = Object.entries(given).map(([name, value]) => [aliases[name] ?? name, value] as const)
  return { ...given, ...Object.fromEntries(named) }
}

function toCounters(metrics: EmulatedMetrics | null, ageMs: number): Counters {
  if (metrics === null) return {}
  const { curve } = metrics
  if (!Array.isArray(curve)) {
    return Object.fromEntries(Object.entries(metrics).filter((entry): entry is [string, number] => isNumber(entry[1])))
  }
  const passed = curve.filter(({ afterMs }) => afterMs <= ageMs).sort((one, other) => one.afterMs - other.afterMs)
  return Object.assign({}, ...passed.map(({ counters }) => counters))
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function grow(id: string, ageMs: number): Counters {
  const share = (2 * ageMs) / (ageMs + dayMs)
  const own = 0.7 + (Number(id.slice(-2)) % 60) / 100
  return Object.fromEntries(Object.entries(afterOneDay).map(([name, value]) => [name, Math.floor(value * share * own)]))
}

/** Sums and averages follow from the rest where no test set them. */
function complete(counters: Counters): Counters {
  const { likes = 0, comments = 0, saved = 0, shares = 0, reposts = 0, views = 0 } = counters
  const watched = counters.ig_reels_video_view_total_time ?? 0
  return {
    total_interactions: likes + comments + saved + shares + reposts,
    ig_reels_avg_watch_time: views === 0 ? 0 : Math.floor(watched / views),
    reels_skip_rate: views === 0 ? 0 : 31,
    total_likes: likes,
    total_comments: comments,
    total_views: views,
    ...counters,
  }
}

function countComments(state: InstagramState, mediaId: string): number {
  return state.comments.filter((comment) => comment.mediaId === mediaId && comment.deletedAt === null).length
}
