import type { Observation, Probe } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'
import { uploadVideo } from './media-calls.ts'
import { oldPost } from './needs.ts'
import { conclude, hasStatus, isRefused, unclear, withId } from './observe.ts'
import { postAndRead } from './post-and-read.ts'
import { post, readPost, remove, uploadMedia } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const dayMs = 86_400_000

const analytics: Probe<XProbeApi> = {
  name: 'analytics',
  question: 'Does the plan open /2/tweets/analytics?',
  knob: 'analytics',
  assumed: 'open',
  requests: [post, readPost, readPost, remove],
  async run(api) {
    const made = await postAndRead(api, 'created_at')
    return toOpen(made.id ? readDays(api, made, { fromDay: -1, toDay: 0 }) : made)
  },
}

const analyticsHistory: Probe<XProbeApi> = {
  name: 'analytics-of-old-posts',
  question: 'Does /2/tweets/analytics know the first month of an old post?',
  knob: 'analyticsHistoryMs',
  assumed: 'open',
  needs: [oldPost],
  requests: [readPost, readPost],
  async run(api) {
    const old = await api.call('GET', `/2/tweets/${api.given[oldPost.key]}?tweet.fields=created_at`)
    return toOpen(old.id ? readDays(api, old, { fromDay: 0, toDay: 30 }) : old)
  },
}

const analyticsTotals: Probe<XProbeApi> = {
  name: 'analytics-totals',
  question: 'Where does /2/tweets/analytics put a total, beside its moment or on the post itself?',
  knob: 'analyticsTotals',
  assumed: 'timestamped',
  requests: [post, readPost, readPost, remove],
  async run(api) {
    const made = await withId(postAndRead(api, 'created_at'))
    const query = new URLSearchParams({ ids: made.id, ...toLastDay(made), granularity: 'total' })
    const answer = await api.call('GET', `/2/tweets/analytics?${query}`)
    const [item] = toItems(answer)
    return conclude(answer, {
      timestamped: () => toItemMetrics(item) !== undefined,
      flat: () => item !== undefined && 'impressions' in item,
    })
  },
}

const mediaCounters: Probe<XProbeApi> = {
  name: 'analytics-of-media',
  question: 'Are the counters of /2/media/analytics numbers?',
  knob: 'mediaAnalyticsCounters',
  assumed: 'numbers',
  requests: [uploadMedia, post, readPost, readPost, remove],
  async run(api) {
    const { mediaId, answer: uploaded } = await uploadVideo(api)
    const { media_key: key } = uploaded.data
    if (!mediaId || typeof key !== 'string') return unclear(uploaded)
    const made = await withId(api.post(api.uniqueText(), { media: { media_ids: [mediaId] } }))
    const read = await api.call('GET', `/2/tweets/${made.id}?tweet.fields=created_at`)
    const query = new URLSearchParams({ media_keys: key, ...toLastDay(read), granularity: 'total' })
    const answer = await api.call('GET', `/2/media/analytics?${query}`)
    const [item] = toItems(answer)
    const { video_views: views } = toItemMetrics(item) ?? item ?? {}
    return conclude(answer, { numbers: () => typeof views === 'number', text: () => typeof views === 'string' })
  },
}

export const analyticsProbes: readonly Probe<XProbeApi>[] = [
  analytics,
  analyticsHistory,
  analyticsTotals,
  mediaCounters,
]

/** Of whole days, counted from the day of the post. */
function readDays(
  api: XProbeApi,
  { id, data }: XAnswer,
  days: { readonly fromDay: number; readonly toDay: number },
): Promise<XAnswer> {
  const made = Date.parse(String(data.created_at))
  const query = new URLSearchParams({
    ids: String(id),
    start_time: toMidnight(made, days.fromDay),
    end_time: toMidnight(made, days.toDay),
    granularity: 'daily',
    'analytics.fields': 'impressions,timestamped_metrics',
  })
  return api.call('GET', `/2/tweets/analytics?${query}`)
}

function toMidnight(time: number, daysLater: number): string {
  return `${new Date(time + daysLater * dayMs).toISOString().slice(0, 10)}T00:00:00Z`
}

/** Until the post was made, so that nothing lies in the future. */
function toLastDay({ data }: XAnswer): { readonly start_time: string; readonly end_time: string } {
  const made = Date.parse(String(data.created_at))
  return { start_time: toSeconds(made - dayMs), end_time: toSeconds(made) }
}

function toSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

function toItems({ json }: XAnswer): readonly Readonly<Record<string, unknown>>[] {
  const { data } = toRecord(json)
  return Array.isArray(data) ? data.map(toRecord) : []
}

/** What the first moment counted, where there is one. */
function toItemMetrics(
  item: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const moments = item?.timestamped_metrics
  return Array.isArray(moments) && moments.length > 0 ? toRecord(toRecord(moments[0]).metrics) : undefined
}

function toOpen(answer: XAnswer | Promise<XAnswer>): Promise<Observation> {
  return conclude(answer, { open: hasStatus(200), refused: isRefused })
}
