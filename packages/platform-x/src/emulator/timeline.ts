import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XCall } from './endpoint.ts'
import { toIncludes } from './includes.ts'
import { toPage } from './pagination.ts'
import { toPostObject } from './post-object.ts'
import { answerInvalid, toMissing, type Violation } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XPost } from './state.ts'

const reachMax = 3200
const earliest = Date.UTC(2010, 10, 6)

/** `GET /2/users/:id/tweets`, newest first: https://docs.x.com/x-api/posts/timelines/introduction */
export function answerTimeline(call: XCall): EmulatorAnswer {
  const { request, state, settings, user, context } = call
  const query = request.url.searchParams
  const violations = checkQuery(query)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const read = readSelection(query, settings)
  if ('refused' in read) return read.refused
  const id = request.params.id ?? ''
  if (!state.users.some((candidate) => candidate.id === id)) {
    return { status: 200, json: { errors: [toMissing(settings, { resource: 'user', parameter: 'id', value: id })] } }
  }
  const token = query.get('pagination_token')
  const page = toPage(listPosts(call, id), {
    token,
    size: Number(query.get('max_results') ?? 10),
    lastPage: settings.lastPage,
  })
  if (!page) return answerInvalid(settings, [toViolation('pagination_token', token, 'is not valid')])
  const { posts } = page
  const viewing = { state, settings, selection: read.selection, viewerId: user?.id ?? null, baseUrl: context.baseUrl }
  const includes = toIncludes(viewing, posts)
  const meta = {
    result_count: posts.length,
    ...(posts.length > 0 ? { newest_id: posts[0]?.id, oldest_id: posts.at(-1)?.id } : {}),
    ...(page.nextToken === undefined ? {} : { next_token: page.nextToken }),
    ...(page.previousToken === undefined ? {} : { previous_token: page.previousToken }),
  }
  const data = posts.map((post) => toPostObject(state, settings, read.selection, post))
  return { status: 200, json: { ...(data.length > 0 ? { data } : {}), ...(includes ? { includes } : {}), meta } }
}

function listPosts({ request, state, settings, now }: XCall, userId: string): readonly XPost[] {
  const query = request.url.searchParams
  const excluded = (query.get('exclude') ?? '').split(',')
  const isBetween = (value: bigint, from: bigint | undefined, to: bigint | undefined) =>
    (from === undefined || value > from) && (to === undefined || value < to)
  const readId = (name: string) => (query.has(name) ? BigInt(query.get(name) ?? '0') : undefined)
  const readTime = (name: string, otherwise: number) =>
    query.has(name) ? Date.parse(query.get(name) ?? '') : otherwise
  const start = readTime('start_time', 0)
  const end = readTime('end_time', Number.POSITIVE_INFINITY)
  return state.posts
    .filter(({ authorId, deletedAt }) => authorId === userId && deletedAt === null)
    .filter(({ flags, repliedToId }) => !flags.nullcast && !(excluded.includes('replies') && repliedToId !== null))
    .filter(({ createdAt }) => createdAt + settings.timelineLagMs <= now && createdAt >= start && createdAt < end)
    .filter(({ id }) => isBetween(BigInt(id), readId('since_id'), readId('until_id')))
    .slice(-reachMax)
    .reverse()
}

function checkQuery(query: URLSearchParams): readonly Violation[] {
  const violations: Violation[] = []
  const refuse = (name: string, problem: string) => void violations.push(toViolation(name, query.get(name), problem))
  const size = Number(query.get('max_results') ?? 10)
  if (!Number.isInteger(size) || size < 5 || size > 100) refuse('max_results', 'is not between 5 and 100')
  for (const name of ['since_id', 'until_id']) {
    if (query.has(name) && !/^[0-9]{1,19}$/.test(query.get(name) ?? '')) refuse(name, 'does not match ^[0-9]{1,19}$')
  }
  for (const name of ['start_time', 'end_time']) {
    if (!query.has(name)) continue
    const text = query.get(name) ?? ''
    const isTime =
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
    if (!isTime) refuse(name, 'is not a RFC3339 date-time')
    else if (Date.parse(text) < earliest) refuse(name, 'must be on or after 2010-11-06T00:00:00Z')
  }
  const unknown = (query.get('exclude') ?? '')
    .split(',')
    .filter((value) => !['', 'replies', 'retweets'].includes(value))
  if (unknown.length > 0) refuse('exclude', 'is not one of [replies,retweets]')
  return violations
}

function toViolation(name: string, value: string | null, problem: string): Violation {
  return {
    path: name,
    value: value ?? undefined,
    message: `The \`${name}\` query parameter value [${value}] ${problem}`,
  }
}
