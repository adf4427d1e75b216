import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { billCall, billUsers } from './charges.ts'
import { checkBody, idSchema, toRecord } from './check-body.ts'
import type { XCall, XEndpoint, XUserCall } from './endpoint.ts'
import { tell } from './events.ts'
import { mintId } from './ids.ts'
import { isRefusedByPlan } from './plan-rules.ts'
import { tellLiked, tellReposted } from './post-events.ts'
import { answerForbidden, answerInvalid, answerNotEnrolled, toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XPost, XUser } from './state.ts'
import type { XSettings } from './switches.ts'
import { toUserObject } from './user-object.ts'
import { toViewing } from './viewing.ts'

const basics = { does: 'writes', callers: 'users' } as const
const creates = { ...basics, method: 'POST', charge: billCall('interaction.create') } as const
const removes = { ...basics, method: 'DELETE', charge: billCall('interaction.delete') } as const
const reposting = { scopes: ['tweet.read', 'tweet.write', 'users.read'] }
const liking = { scopes: ['tweet.read', 'like.write', 'users.read'] }
const following = { scopes: ['tweet.read', 'follows.write', 'users.read'] }
const listing = { method: 'GET', does: 'reads', callers: 'users_and_app', charge: billUsers } as const

/** Reposts, likes, follows and hidden replies: https://docs.x.com/x-api/posts/manage-tweets/introduction and its neighbours. */
export const engagementEndpoints: readonly XEndpoint[] = [
  { ...creates, ...reposting, path: '/2/users/:id/retweets', check: checkId('tweet_id'), answer: repost },
  { ...removes, ...reposting, path: '/2/users/:id/retweets/:source_tweet_id', answer: unrepost },
  { ...creates, ...liking, path: '/2/users/:id/likes', check: checkId('tweet_id'), answer: like },
  { ...removes, ...liking, path: '/2/users/:id/likes/:tweet_id', answer: unlike },
  { ...creates, ...following, path: '/2/users/:id/following', check: checkId('target_user_id'), answer: follow },
  { ...removes, ...following, path: '/2/users/:id/following/:target_user_id', answer: unfollow },
  {
    ...basics,
    method: 'PUT',
    path: '/2/tweets/:tweet_id/hidden',
    scopes: ['tweet.read', 'tweet.moderate.write', 'users.read'],
    charge: billCall('content.manage'),
    check(request, settings) {
      const schema = { type: 'object', required: ['hidden'], fields: { hidden: { type: 'boolean' } } } as const
      const violations = checkBody(schema, request.json)
      return violations.length > 0 ? answerInvalid(settings, violations) : undefined
    },
    answer: hide,
  },
  {
    ...listing,
    path: '/2/tweets/:id/liking_users',
    scopes: ['tweet.read', 'users.read', 'like.read'],
    answer: (call: XCall) => answerWho(call, call.state.likes),
  },
  {
    ...listing,
    path: '/2/tweets/:id/retweeted_by',
    scopes: ['tweet.read', 'users.read'],
    answer: (call: XCall) => answerWho(call, call.state.reposts),
  },
]

function checkId(name: string) {
  const schema = { type: 'object', required: [name], fields: { [name]: idSchema } } as const
  return (request: EmulatorRequest, settings: XSettings) => {
    const violations = checkBody(schema, request.json)
    return violations.length > 0 ? answerInvalid(settings, violations) : undefined
  }
}

function repost(call: XUserCall): EmulatorAnswer {
  const { state, user, now, settings } = call
  const post = findPost(call, toRecord(call.request.json).tweet_id)
  const refused =
    refuseOther(call) ??
    (settings.plan !== 'enterprise' && settings.reposts === 'refused' ? refusePlan(call) : undefined)
  if (refused) return refused
  if (!post) return answerMissing(call)
  if (state.reposts.some(({ userId, postId }) => userId === user.id && postId === post.id)) {
    if (settings.repeatedRepost === 'refused') return answerForbidden('You have already retweeted this Tweet.')
    return { status: 200, json: { data: { retweeted: true, rest_id: post.id } } }
  }
  state.reposts.push({ userId: user.id, postId: post.id, at: now })
  tellReposted(call, post)
  return { status: 200, json: { data: { retweeted: true, rest_id: post.id } } }
}

function unrepost(call: XUserCall): EmulatorAnswer {
  const { state, user, request } = call
  const refused = refuseOther(call)
  if (refused) return refused
  const isIt = (userId: string, postId: string) => userId === user.id && postId === request.params.source_tweet_id
  state.reposts = state.reposts.filter(({ userId, postId }) => !isIt(userId, postId))
  return { status: 200, json: { data: { retweeted: false } } }
}

function like(call: XUserCall): EmulatorAnswer {
  const { state, user, now } = call
  const refused = refuseOther(call) ?? refuseByPlan(call, 'likes')
  if (refused) return refused
  const post = findPost(call, toRecord(call.request.json).tweet_id)
  if (!post) return answerMissing(call)
  if (!state.likes.some(({ userId, postId }) => userId === user.id && postId === post.id)) {
    state.likes.push({ userId: user.id, postId: post.id, at: now })
    tellLiked(call, post, mintId(state, now))
  }
  return { status: 200, json: { data: { liked: true } } }
}

function unlike(call: XUserCall): EmulatorAnswer {
  const { state, user, request } = call
  const refused = refuseOther(call) ?? refuseByPlan(call, 'likes')
  if (refused) return refused
  state.likes = state.likes.filter(({ userId, postId }) => userId !== user.id || postId !== request.params.tweet_id)
  return { status: 200, json: { data: { liked: false } } }
}

function follow(call: XUserCall): EmulatorAnswer {
  const { state, user } = call
  const refused = refuseOther(call) ?? refuseByPlan(call, 'follows')
  if (refused) return refused
  const target = state.users.find(({ id }) => id === toRecord(call.request.json).target_user_id)
  if (!target || target.id === user.id) return answerMissing(call)
  if (!state.follows.some(({ userId, targetId }) => userId === user.id && targetId === target.id)) {
    state.follows.push({ userId: user.id, targetId: target.id })
    tellFollow(call, 'follow.follow', target)
  }
  return { status: 200, json: { data: { following: true, pending_follow: false } } }
}

function unfollow(call: XUserCall): EmulatorAnswer {
  const { state, user, request } = call
  const refused = refuseOther(call) ?? refuseByPlan(call, 'follows')
  if (refused) return refused
  const target = state.users.find(({ id }) => id === request.params.target_user_id)
  state.follows = state.follows.filter(({ userId, targetId }) => userId !== user.id || targetId !== target?.id)
  if (target) tellFollow(call, 'follow.unfollow', target)
  return { status: 200, json: { data: { following: false } } }
}

function tellFollow(call: XUserCall, eventType: string, target: XUser): void {
  const toData = ({ id, name, username }: XUser) => ({ data: { id, name, username } })
  const payload = { source: toData(call.user), target: toData(target) }
  for (const user of [call.user, target]) tell(call, { eventType, user, payload })
}

/** Only a reply in a conversation that one has begun. */
function hide(call: XUserCall): EmulatorAnswer {
  const { state, request, user } = call
  const post = findPost(call, request.params.tweet_id)
  if (!post) return answerMissing(call)
  const root = state.posts.find(({ id }) => id === post.conversationId)
  if (post.repliedToId === null || root?.authorId !== user.id)
    return answerForbidden('You are not permitted to perform this action.')
  post.isHidden = toRecord(request.json).hidden === true
  return { status: 200, json: { data: { hidden: post.isHidden } } }
}

function answerWho(call: XCall, engagements: readonly { userId: string; postId: string }[]): EmulatorAnswer {
  const read = readSelection(call.request.url.searchParams, call.settings)
  if ('refused' in read) return read.refused
  const ids = engagements.filter(({ postId }) => postId === call.request.params.id).map(({ userId }) => userId)
  const viewing = toViewing(call, read.selection)
  const data = call.state.users.filter(({ id }) => ids.includes(id)).map((user) => toUserObject(viewing, user))
  return { status: 200, json: { ...(data.length > 0 ? { data } : {}), meta: { result_count: data.length } } }
}

/** Removed from all self-serve plans on 2026-04-20: https://docs.x.com/changelog */
function refuseByPlan(call: XUserCall, rule: 'likes' | 'follows'): EmulatorAnswer | undefined {
  return isRefusedByPlan(call.settings, rule) ? refusePlan(call) : undefined
}

function refusePlan({ settings, state }: XUserCall): EmulatorAnswer {
  if (settings.planRefusal === 'client_forbidden') return answerNotEnrolled(settings, state.app)
  return answerForbidden('Forbidden')
}

function refuseOther({ request, user, settings }: XUserCall): EmulatorAnswer | undefined {
  const { id = '' } = request.params
  if (id === user.id) return undefined
  const message = `The \`id\` query parameter value [${id}] must be the same as the authenticating user [${user.id}]`
  return answerInvalid(settings, [{ path: 'id', value: id, message }])
}

function findPost({ state }: XUserCall, wanted: unknown): XPost | undefined {
  return state.posts.find(({ id, deletedAt }) => id === wanted && deletedAt === null)
}

function answerMissing({ settings, request }: XUserCall): EmulatorAnswer {
  const body = toRecord(request.json)
  const value = String(body.tweet_id ?? body.target_user_id ?? request.params.tweet_id)
  const resource = body.target_user_id === undefined ? 'tweet' : 'user'
  const missing = toMissing(settings, { resource, parameter: 'id', value })
  return { status: 404, json: { ...missing, status: 404 } }
}
