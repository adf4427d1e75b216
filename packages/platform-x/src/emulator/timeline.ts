import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import type { XCall } from './endpoint.ts'
import { toHiddenError, toHiddenReason } from './hidden-posts.ts'
import { answerListing, checkListing, isListed, toQueryViolation } from './post-listing.ts'
import { answerInvalid, toMissing } from './problems.ts'
import { findCashtags, findMentions } from './render-text.ts'
import type { XPost, XUser } from './state.ts'
import type { XSettings } from './switches.ts'

const mentionsReachMax = 800
const queryLengthMax = 512
const searchReachMs = 7 * 86_400_000
const searchLagMs = 10_000

/** `GET /2/users/:id/tweets`, newest first: https://docs.x.com/x-api/posts/timelines/introduction */
export function answerTimeline(call: XCall): EmulatorAnswer {
  const { timelineReachMax, timelineReachWithoutRepliesMax } = call.settings
  const excluded = (call.request.url.searchParams.get('exclude') ?? '').split(',')
  const reachMax = excluded.includes('replies') ? timelineReachWithoutRepliesMax : timelineReachMax
  return answerOfUser(call, (user) =>
    call.state.posts
      .filter(
        ({ authorId, repliedToId }) => authorId === user.id && !(excluded.includes('replies') && repliedToId !== null),
      )
      .filter((post) => isListed(call, post))
      .filter((_, index, { length }) => index >= length - reachMax),
  )
}

/** `GET /2/users/:id/mentions`: replies to the user and posts that name it. */
export function answerMentions(call: XCall): EmulatorAnswer {
  return answerOfUser(call, (user) =>
    call.state.posts
      .filter((post) => post.authorId !== user.id && mentions(call, post, user) && isListed(call, post))
      .slice(-mentionsReachMax),
  )
}

export function checkSearch({ url }: EmulatorRequest, settings: XSettings, now: number): EmulatorAnswer | undefined {
  const query = url.searchParams
  const text = query.get('query') ?? ''
  const violations = [...checkListing(query, 10)]
  const refuse = (name: string, problem: string) =>
    void violations.push(toQueryViolation(name, query.get(name), problem))
  if (text === '' || text.length > queryLengthMax) refuse('query', `is not between 1 and ${queryLengthMax} characters`)
  const readTime = (name: string) => Date.parse(query.get(name) ?? '')
  if (readTime('start_time') < now - searchReachMs) refuse('start_time', 'must be within the last 7 days')
  if (readTime('end_time') > now - searchLagMs) refuse('end_time', 'must be at least 10 seconds prior to the request')
  return violations.length > 0 ? answerInvalid(settings, violations) : undefined
}

/** `GET /2/tweets/search/recent`, by words, `from:`, `to:`, `conversation_id:`, `has:media` and `-is:reply`. */
export function answerSearch(call: XCall): EmulatorAnswer {
  const { request, now, state } = call
  const text = request.url.searchParams.get('query') ?? ''
  const found = state.posts.filter(
    (post) =>
      !toHiddenReason(call, post) &&
      post.createdAt > now - searchReachMs &&
      isListed(call, post) &&
      text.split(/\s+/).every((term) => fits(call, post, term)),
  )
  return answerListing(call, found)
}

export function checkQuotes({ url }: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined {
  const violations = checkListing(url.searchParams, 10)
  return violations.length > 0 ? answerInvalid(settings, violations) : undefined
}

/** `GET /2/tweets/:id/quote_tweets`. */
export function answerQuotes(call: XCall): EmulatorAnswer {
  const { request, state } = call
  const quotes = state.posts.filter((post) => post.quotedId === request.params.id && isListed(call, post))
  return answerListing(call, quotes, 'without_ends')
}

/** Of timelines and mentions. Whether X minds times in the future and times in the wrong order is unverified. */
export function checkTimeline({ url }: EmulatorRequest, settings: XSettings, now: number): EmulatorAnswer | undefined {
  const query = url.searchParams
  const violations = [...checkListing(query, 5)]
  const refuse = (name: string, problem: string) =>
    void violations.push(toQueryViolation(name, query.get(name), problem))
  const excluded = (query.get('exclude') ?? '').split(',')
  if (excluded.some((value) => !['', 'replies', 'retweets'].includes(value))) {
    refuse('exclude', 'is not one of [replies,retweets]')
  }
  if (settings.oddTimes === 'refused') {
    const [start, end] = [Date.parse(query.get('start_time') ?? ''), Date.parse(query.get('end_time') ?? '')]
    if (start > end) refuse('start_time', 'must be before end_time')
    if (start > now) refuse('start_time', 'must not be in the future')
    if (end > now) refuse('end_time', 'must not be in the future')
  }
  return violations.length > 0 ? answerInvalid(settings, violations) : undefined
}

function answerOfUser(call: XCall, list: (user: XUser) => readonly XPost[]): EmulatorAnswer {
  const { request, state, settings } = call
  const id = request.params.id ?? ''
  const user = state.users.find((candidate) => candidate.id === id)
  const missing = { resource: 'user', parameter: 'id', value: id } as const
  if (!user) return { status: 200, json: { errors: [toMissing(settings, missing)] } }
  const reason = toHiddenReason(call, { authorId: id })
  if (reason) return { status: 200, json: { errors: [toHiddenError(call, reason, missing)] } }
  return answerListing(call, list(user))
}

function mentions({ state }: XCall, post: XPost, { id, username }: XUser): boolean {
  const parent = state.posts.find((candidate) => candidate.id === post.repliedToId)
  return parent?.authorId === id || findMentions(post.text).includes(username.toLowerCase())
}

function fits({ state }: Pick<XCall, 'state'>, post: XPost, term: string): boolean {
  if (term.startsWith('-')) return !fits({ state }, post, term.slice(1))
  const [, operator, value = ''] = /^(from|to|conversation_id|has|is):(.+)$/.exec(term) ?? []
  const nameOf = (id: string | undefined) => state.users.find((user) => user.id === id)?.username.toLowerCase()
  const wanted = value.replace(/^@/, '').toLowerCase()
  const parent = state.posts.find(({ id }) => id === post.repliedToId)
  switch (operator) {
    case 'from':
      return nameOf(post.authorId) === wanted || post.authorId === wanted
    case 'to':
      return nameOf(parent?.authorId) === wanted
    case 'conversation_id':
      return post.conversationId === value
    case 'has':
      return value === 'links' ? (post.entities.urls ?? []).length > 0 : post.mediaIds.length > 0
    case 'is':
      return { reply: post.repliedToId !== null, quote: post.quotedId !== null }[value] ?? false
    default:
      return term.startsWith('$')
        ? findCashtags(post.text).some((tag) => `$${tag}`.toLowerCase() === term.toLowerCase())
        : post.text.toLowerCase().includes(term.toLowerCase())
  }
}
