import type { Observation, Probe } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'
import { oldPost, suspendedPost } from './needs.ts'
import { conclude, hasId, hasStatus, observe, toProblemType, unclear, withId, withStatus } from './observe.ts'
import { postAndRead } from './post-and-read.ts'
import { free, post, readMe, readPost, readTimeline, remove } from './prices.ts'
import type { XProbeApi } from './probe-api.ts'

/** The smallest that a timeline has. */
const pageSize = 5

const timelineLag: Probe<XProbeApi> = {
  name: 'timeline-lag',
  question: 'Is a new post in the timeline of its author at once?',
  knob: 'timelineLagMs',
  assumed: 'at_once',
  requests: [post, readMe, readTimeline, remove],
  async run(api) {
    const made = await withId(api.post(api.uniqueText()))
    let waitedSeconds = 0
    for (const seconds of [0, 5, 10, 45, 240]) {
      await api.sleep(seconds * 1_000)
      waitedSeconds += seconds
      const listing = await withStatus(200, api.listNewest())
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
    const { id } = await withId(api.post(api.uniqueText()))
    await withStatus(200, api.remove(id))
    return conclude(api.call('GET', `/2/tweets/${id}`), {
      not_found: hasStatus(404),
      partial: (read) => read.status === 200 && !hasId(read),
    })
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

const problemHost: Probe<XProbeApi> = {
  name: 'host-of-problems',
  question: 'Which host do the types of problems have?',
  knob: 'problemHost',
  assumed: 'api.twitter.com',
  requests: [free('GET /2/tweets of a post that never existed')],
  async run(api) {
    // The first post of all has the number 20.
    const answer = await api.call('GET', '/2/tweets?ids=1')
    const [, host] = /https:\/\/([\w.]+)\/2\/problems\//.exec(answer.body) ?? []
    return host === undefined || !toRecord(answer.json).errors ? unclear(answer) : observe(host, answer)
  },
}

const errorBodies: Probe<XProbeApi> = {
  name: 'form-of-refusals',
  question: 'In which form does X tell what is wrong with a request?',
  knob: 'errorBodies',
  assumed: 'recorded',
  requests: [free('GET /2/tweets of what is no id')],
  async run(api) {
    const answer = await api.call('GET', '/2/tweets?ids=x')
    if (answer.status < 400) return unclear(answer)
    if (answer.body === '') return observe('empty', answer)
    if (/^\s*</.test(answer.body)) return observe('html', answer)
    const { errors, code, title, type } = toRecord(answer.json)
    const first = Array.isArray(errors) ? toRecord(errors[0]) : undefined
    if (first?.code !== undefined) return observe('coded_list', answer)
    if (title === undefined) return code === undefined ? unclear(answer) : observe('coded', answer)
    if (type === undefined) return observe('untyped', answer)
    return observe(first ? 'recorded' : 'single', answer)
  },
}

const lastPage: Probe<XProbeApi> = {
  name: 'last-page',
  question: 'Does a full page that is the last one name another, empty one?',
  knob: 'lastPage',
  assumed: 'ends',
  requests: [
    ...Array.from({ length: pageSize }, () => post),
    readMe,
    readTimeline,
    ...Array.from({ length: pageSize }, () => remove),
  ],
  async run(api) {
    const { id } = await api.readMe()
    const made: string[] = []
    for (let count = 0; count < pageSize; count += 1) {
      made.push((await withId(api.post(api.uniqueText()))).id)
    }
    const path = `/2/users/${id}/tweets?max_results=${pageSize}&since_id=${BigInt(made[0] ?? '1') - 1n}`
    for (const seconds of [0, 5, 30, 240]) {
      await api.sleep(seconds * 1_000)
      const page = await api.call('GET', path)
      if (!made.every((each) => page.body.includes(each))) continue
      const { next_token: next } = toRecord(toRecord(page.json).meta)
      if (next === undefined) return observe('ends', page)
      return conclude(api.call('GET', `${path}&pagination_token=${next}`), { empty_page_follows: isEmptyPage })
    }
    return { value: undefined, detail: 'The posts were not in the listing in time.' }
  },
}

export const readProbes: readonly Probe<XProbeApi>[] = [
  timelineLag,
  missingPost,
  dialect,
  missingCounter,
  offsets,
  editWindow,
  oldImpressions,
  suspended,
  futureTimeline,
  reversedTimeline,
  problemHost,
  errorBodies,
  lastPage,
]

async function readRange(api: XProbeApi, range: string): Promise<Observation> {
  const { id } = await api.readMe()
  const read = api.call('GET', `/2/users/${id}/tweets?max_results=5&${range}`)
  return conclude(read, { refused: hasStatus(400), empty: isEmptyPage })
}

function isEmptyPage({ status, json }: XAnswer): boolean {
  return status === 200 && !('data' in toRecord(json))
}
