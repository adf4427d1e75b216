import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { billPosts } from './charges.ts'
import { checkList, checkParameter, idPattern, readList } from './check-ids.ts'
import type { XCall, XEndpoint } from './endpoint.ts'
import { toHiddenError, toHiddenReason } from './hidden-posts.ts'
import { toIncludes } from './includes.ts'
import { listMetricErrors } from './post-metrics.ts'
import { toPostObject } from './post-object.ts'
import { toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XPost } from './state.ts'
import {
  answerMentions,
  answerQuotes,
  answerSearch,
  answerTimeline,
  checkQuotes,
  checkSearch,
  checkTimeline,
} from './timeline.ts'
import { toViewing } from './viewing.ts'

const reads = {
  method: 'GET',
  scopes: ['tweet.read', 'users.read'],
  does: 'reads_posts',
  callers: 'users_and_app',
  charge: billPosts,
} as const

/** Look-ups and listings of posts: https://docs.x.com/x-api/posts/lookup/introduction */
export const readEndpoints: readonly XEndpoint[] = [
  { ...reads, path: '/2/users/:id/tweets', check: checkTimeline, answer: answerTimeline },
  { ...reads, path: '/2/users/:id/mentions', check: checkTimeline, answer: answerMentions },
  {
    ...reads,
    path: '/2/tweets',
    check: checkList('ids', idPattern),
    answer: (call: XCall) => answerPosts(call, { ids: readList(call.request, 'ids'), parameter: 'ids' }),
  },
  { ...reads, path: '/2/tweets/search/recent', check: checkSearch, answer: answerSearch },
  { ...reads, path: '/2/tweets/:id', check: checkParameter('id', idPattern), answer: answerOne },
  { ...reads, path: '/2/tweets/:id/quote_tweets', check: checkQuotes, answer: answerQuotes },
]

function answerOne(call: XCall): EmulatorAnswer {
  const { request, settings } = call
  const id = request.params.id ?? ''
  if (!findLive(call, id) && settings.missingPost === 'not_found') {
    const missing = toMissing(settings, { resource: 'tweet', parameter: 'id', value: id })
    return { status: 404, json: { ...missing, status: 404 } }
  }
  return answerPosts(call, { ids: [id], parameter: 'id' })
}

interface Asked {
  readonly ids: readonly string[]
  readonly parameter: 'id' | 'ids'
}

function answerPosts(call: XCall, { ids, parameter }: Asked): EmulatorAnswer {
  const read = readSelection(call.request.url.searchParams, call.settings)
  if ('refused' in read) return read.refused
  const found = ids.map((id) => findLive(call, id))
  const shown = found.filter((post) => post !== undefined).filter((post) => !toHiddenReason(call, post))
  const viewing = toViewing(call, read.selection)
  const objects = shown.map((post) => toPostObject(viewing, post))
  const includes = toIncludes(viewing, shown)
  const errors = [
    ...ids.flatMap((value, index) => toReadError(call, found[index], parameter, value) ?? []),
    ...listMetricErrors(viewing, shown, parameter),
  ]
  return {
    status: 200,
    json: {
      ...(objects.length > 0 ? { data: parameter === 'id' ? objects[0] : objects } : {}),
      ...(includes ? { includes } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    },
  }
}

function toReadError(call: XCall, post: XPost | undefined, parameter: 'id' | 'ids', value: string) {
  const missing = { resource: 'tweet', parameter, value } as const
  if (!post) return toMissing(call.settings, missing)
  const reason = toHiddenReason(call, post)
  return reason && toHiddenError(call, reason, missing)
}

function findLive({ state }: XCall, wanted: string): XPost | undefined {
  return state.posts.find(({ id, deletedAt }) => id === wanted && deletedAt === null)
}
