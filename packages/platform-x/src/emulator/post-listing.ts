import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XCall } from './endpoint.ts'
import { toIncludes } from './includes.ts'
import { toPage } from './pagination.ts'
import { listMetricErrors } from './post-metrics.ts'
import { toPostObject } from './post-object.ts'
import { answerInvalid, type Violation } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XPost } from './state.ts'
import { toViewing } from './viewing.ts'

const earliest = Date.UTC(2010, 10, 6)
const sizeDefault = 10

/**
 * A page of posts, newest first, in the envelope of all listings. Posts are given oldest first.
 *
 * @param ends Quotes are listed without the ids of the newest and the oldest, which X's schema has for timelines and search.
 */
export function answerListing(
  call: XCall,
  posts: readonly XPost[],
  ends: 'with_ends' | 'without_ends' = 'with_ends',
): EmulatorAnswer {
  const { request, settings } = call
  const query = request.url.searchParams
  const read = readSelection(query, settings)
  if ('refused' in read) return read.refused
  const token = query.get('pagination_token') ?? query.get('next_token')
  const newestFirst = keepWindow(call, posts).reverse()
  const page = toPage(newestFirst, {
    token,
    size: Number(query.get('max_results') ?? sizeDefault),
    lastPage: settings.lastPage,
  })
  if (!page) return answerInvalid(settings, [toQueryViolation('pagination_token', token, 'is not valid')])
  const viewing = toViewing(call, read.selection)
  const includes = toIncludes(viewing, page.posts)
  const errors = listMetricErrors(viewing, page.posts, 'ids')
  const meta = {
    result_count: page.posts.length,
    ...(page.posts.length > 0 && ends === 'with_ends'
      ? { newest_id: page.posts[0]?.id, oldest_id: page.posts.at(-1)?.id }
      : {}),
    ...(page.nextToken === undefined ? {} : { next_token: page.nextToken }),
    ...(page.previousToken === undefined ? {} : { previous_token: page.previousToken }),
  }
  const data = page.posts.map((post) => toPostObject(viewing, post))
  return {
    status: 200,
    json: {
      ...(data.length > 0 ? { data } : {}),
      ...(includes ? { includes } : {}),
      ...(errors.length > 0 ? { errors } : {}),
      meta,
    },
  }
}

/** What listings show at all: live, the newest version, not only advertised, and old enough to have arrived. */
export function isListed({ settings, now }: XCall, post: XPost): boolean {
  const isLive = post.deletedAt === null && post.editedAt === null && !post.flags.nullcast
  return isLive && post.createdAt + settings.timelineLagMs <= now
}

function keepWindow({ request }: XCall, posts: readonly XPost[]): XPost[] {
  const query = request.url.searchParams
  const readId = (name: string) => (query.has(name) ? BigInt(query.get(name) ?? '0') : undefined)
  const readTime = (name: string, otherwise: number) =>
    query.has(name) ? Date.parse(query.get(name) ?? '') : otherwise
  const [since, until] = [readId('since_id'), readId('until_id')]
  const [start, end] = [readTime('start_time', 0), readTime('end_time', Number.POSITIVE_INFINITY)]
  return posts.filter(
    ({ id, createdAt }) =>
      (since === undefined || BigInt(id) > since) &&
      (until === undefined || BigInt(id) < until) &&
      createdAt >= start &&
      createdAt < end,
  )
}

/** What is wrong with the paging parameters that all listings share. */
export function checkListing(query: URLSearchParams, sizeMin: number): readonly Violation[] {
  const violations: Violation[] = []
  const refuse = (name: string, problem: string) =>
    void violations.push(toQueryViolation(name, query.get(name), problem))
  const size = Number(query.get('max_results') ?? sizeDefault)
  if (!Number.isInteger(size) || size < sizeMin || size > 100) {
    refuse('max_results', `is not between ${sizeMin} and 100`)
  }
  for (const name of ['since_id', 'until_id']) {
    if (query.has(name) && !/^[0-9]{1,19}$/.test(query.get(name) ?? '')) refuse(name, 'does not match ^[0-9]{1,19}$')
  }
  for (const name of ['start_time', 'end_time']) {
    if (!query.has(name)) continue
    const text = query.get(name) ?? ''
    if (!isTime(text)) refuse(name, 'is not a RFC3339 date-time')
    else if (Date.parse(text) < earliest) refuse(name, 'must be on or after 2010-11-06T00:00:00Z')
  }
  return violations
}

/** True for an RFC 3339 date-time. */
export function isTime(text: string): boolean {
  const isShaped = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
  return isShaped && !Number.isNaN(Date.parse(text))
}

export function toQueryViolation(name: string, value: string | null, problem: string): Violation {
  const message = `The \`${name}\` query parameter value [${value}] ${problem}`
  return { path: name, value: value ?? undefined, message }
}
