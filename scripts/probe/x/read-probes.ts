import type { Observation, Probe } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'
import { oldPost, suspendedPost } from './needs.ts'
import { isRefused, observe, toProblemType, unclear } from './observe.ts'
import { free, post, readMe, readPost, readTimeline, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

const timelineLag: Probe<XProbeApi> = {
  name: 'timeline-lag',
  question: 'Is a new post in the timeline of its author at once?',
  knob: 'timelineLagMs',
  assumed: 'at_once',
  requests: [post, readMe, readTimeline, remove],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    let waitedSeconds = 0
    for (const seconds of [0, 5, 10, 45, 240]) {
      await api.sleep(seconds * 1_000)
      waitedSeconds += seconds
      const listing = await api.listNewest()
      if (listing.status !== 200) return unclear(listing)
      if (!listing.body.includes(made.id)) continue
      return { value: seconds === 0 ? 'at_once' : 'later', detail: `In the listing after ${waitedSeconds} s.` }
    }
    return { value: 'later', detail: `Still missing after ${waitedSeconds} s.` }
  },
}

const missingPost: Probe<XProbeApi> = {
  name: 'missing-post',
  question: 'What does reading a single post answer that was deleted?',
  knob: 'missingPost',
  assumed: 'partial',
  requests: [post, remove, free('GET /2/tweets/{id}')],
  async run(api) {
    const made = await api.post(api.uniqueText())
    if (!made.id) return unclear(made)
    const gone = await api.remove(made.id)
    if (gone.status !== 200) return unclear(gone)
    const read = await api.call('GET', `/2/tweets/${made.id}`)
    if (read.status === 404) return observe('not_found', read)
    return read.status === 200 && !read.id ? observe('partial', read) : unclear(read)
  },
}

const dialect: Probe<XProbeApi> = {
  name: 'dialect-of-accounts',
  question: 'In which vocabulary does an account say how many posts it has, when the request names none?',
  knob: 'undecidedDialect',
  assumed: 'legacy',
  requests: [readMe],
  async run(api) {
    const read = await api.call('GET', '/2/users/me?user.fields=public_metrics')
    const names = Object.keys(toRecord(read.data.public_metrics))
    if (names.includes('tweet_count')) return observe('legacy', read)
    return names.includes('post_count') ? observe('current', read) : unclear(read)
  },
}

const missingCounter: Probe<XProbeApi> = {
  name: 'clicks-without-link',
  question: 'Has a post without a link a counter of clicks on links?',
  knob: 'missingCounters',
  assumed: 'present',
  requests: [post, readPost, remove],
  async run(api) {
    const read = await postAndRead(api, 'non_public_metrics')
    const counters = toRecord(read.data.non_public_metrics)
    if (Object.keys(counters).length === 0) return unclear(read)
    return observe('url_link_clicks' in counters ? 'present' : 'missing', read)
  },
}

const offsets: Probe<XProbeApi> = {
  name: 'entity-offsets',
  question: 'Do the places of hashtags count code points?',
  knob: 'entityOffsets',
  assumed: 'code_points',
  requests: [post, readPost, remove],
  async run(api) {
    const read = await postAndRead(api, 'entities', '😀😀 #probe ')
    const { hashtags } = toRecord(read.data.entities)
    const start = Array.isArray(hashtags) ? toRecord(hashtags[0]).start : undefined
    if (start !== 3 && start !== 5) return unclear(read)
    return observe(start === 3 ? 'code_points' : 'utf16', read)
  },
}

const editWindow: Probe<XProbeApi> = {
  name: 'edit-window',
  question: 'For how many minutes does X call a new post editable?',
  knob: 'editWindowMs',
  assumed: '60',
  requests: [post, readPost, remove],
  async run(api) {
    const read = await postAndRead(api, 'created_at,edit_controls')
    const until = Date.parse(String(toRecord(read.data.edit_controls).editable_until))
    const minutes = Math.round((until - Date.parse(String(read.data.created_at))) / 60_000)
    return Number.isFinite(minutes) ? observe(String(minutes), read) : unclear(read)
  },
}

const analytics: Probe<XProbeApi> = {
  name: 'analytics',
  question: 'Does the plan open /2/tweets/analytics?',
  knob: 'analytics',
  assumed: 'open',
  requests: [post, readPost, readPost, remove],
  async run(api) {
    const made = await postAndRead(api, 'created_at')
    return toOpen(made.id ? await readAnalytics(api, made, { fromDay: -1, toDay: 0 }) : made)
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
    return toOpen(old.id ? await readAnalytics(api, old, { fromDay: 0, toDay: 30 }) : old)
  },
}

const oldImpressions: Probe<XProbeApi> = {
  name: 'impressions-of-old-posts',
  question: 'Has a post from before December 2022 impressions?',
  assumed: 'zero',
  needs: [oldPost],
  requests: [readPost],
  async run(api) {
    const read = await api.call('GET', `/2/tweets/${api.given[oldPost.key]}?tweet.fields=public_metrics`)
    const { impression_count: count } = toRecord(read.data.public_metrics)
    return typeof count === 'number' ? observe(count === 0 ? 'zero' : 'counted', read) : unclear(read)
  },
}

const suspended: Probe<XProbeApi> = {
  name: 'post-of-suspended-author',
  question: 'What does reading a post answer whose author is suspended?',
  knob: 'suspendedError',
  assumed: 'resource-not-found',
  needs: [suspendedPost],
  requests: [free('GET /2/tweets/{id}')],
  async run(api) {
    const read = await api.call('GET', `/2/tweets/${api.given[suspendedPost.key]}`)
    return read.id || toProblemType(read) === 'none' ? unclear(read) : observe(toProblemType(read), read)
  },
}

const futureTimeline: Probe<XProbeApi> = {
  name: 'timeline-of-the-future',
  question: 'Does a timeline refuse a beginning in the future?',
  knob: 'oddTimes',
  assumed: 'empty',
  requests: [readMe, free('GET /2/users/{id}/tweets')],
  run: (api) => readRange(api, 'start_time=2099-01-01T00:00:00Z'),
}

const reversedTimeline: Probe<XProbeApi> = {
  name: 'timeline-backwards',
  question: 'Does a timeline refuse a beginning after its end?',
  knob: 'oddTimes',
  assumed: 'empty',
  requests: [readMe, free('GET /2/users/{id}/tweets')],
  run: (api) => readRange(api, 'start_time=2024-01-02T00:00:00Z&end_time=2024-01-01T00:00:00Z'),
}

export const readProbes: readonly Probe<XProbeApi>[] = [
  timelineLag,
  missingPost,
  dialect,
  missingCounter,
  offsets,
  editWindow,
  analytics,
  analyticsHistory,
  oldImpressions,
  suspended,
  futureTimeline,
  reversedTimeline,
]

/** The answer to reading a new post, or to making it when that failed. */
async function postAndRead(api: XProbeApi, fields: string, before = ''): Promise<XAnswer> {
  const made = await api.post(`${before}${api.uniqueText()}`)
  return made.id ? api.call('GET', `/2/tweets/${made.id}?tweet.fields=${fields}`) : made
}

/** Of whole days, counted from the day of the post. */
function readAnalytics(
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
  return `${new Date(time + daysLater * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`
}

function toOpen(answer: XAnswer): Observation {
  if (answer.status === 200) return observe('open', answer)
  return isRefused(answer) ? observe('refused', answer) : unclear(answer)
}

async function readRange(api: XProbeApi, range: string): Promise<Observation> {
  const { id } = await api.readMe()
  const read = await api.call('GET', `/2/users/${id}/tweets?max_results=5&${range}`)
  if (read.status === 400) return observe('refused', read)
  return read.status === 200 && !('data' in toRecord(read.json)) ? observe('empty', read) : unclear(read)
}
