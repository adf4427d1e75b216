import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { hasForbiddenCharacter, weighText } from './counting.ts'
import { isDuplicate } from './duplicates.ts'
import { refuseEdit } from './edit-rules.ts'
import type { XUserCall } from './endpoint.ts'
import { readSubscription } from './media-categories.ts'
import { isRefusedByPlan } from './plan-rules.ts'
import type { PostBody } from './post-body.ts'
import { refuseMedia } from './post-media-rules.ts'
import { answerCode, answerForbidden, toProblemType } from './problems.ts'
import { findCashtags, findMentions } from './render-text.ts'
import type { XFollow, XPost } from './state.ts'
import { readVerifiedType } from './verified-type.ts'

const textLengthMax = { free: 280, paid: 25_000 }
const dayMs = 86_400_000

/** Why X does not take a well-formed post: plan, text, duplicate, media, target; undefined when it does. */
export function refusePost(call: XUserCall, body: PostBody): EmulatorAnswer | undefined {
  return (
    refuseByCount(call, body) ??
    refuseByPlan(call, body) ??
    refuseEdit(call, body) ??
    refuseAudience(call, body) ??
    refuseText(call, body) ??
    refuseDuplicate(call, body) ??
    refuseMedia(call, body) ??
    refuseTarget(call, body)
  )
}

/** An account's own limit, whichever client it uses. */
function refuseByCount({ state, settings, user, now }: XUserCall, { editedId }: PostBody): EmulatorAnswer | undefined {
  const today = state.posts.filter(({ authorId, createdAt }) => authorId === user.id && createdAt > now - dayMs)
  if (editedId !== null || today.length < settings.postsPerDayMax) return undefined
  return answerCode(403, 185, 'User is over daily status update limit.')
}

/** Self-serve since 2026-04-20: https://docs.x.com/changelog */
function refuseByPlan(call: XUserCall, body: PostBody): EmulatorAnswer | undefined {
  const { settings, state, user } = call
  if (isRefusedByPlan(settings, 'cashtags') && findCashtags(body.text).length > 1) {
    return answerForbidden('Posts are limited to a maximum of one cashtag.')
  }
  if (body.quotedId !== null && isRefusedByPlan(settings, 'quotes')) {
    const quoted = state.posts.find(({ id }) => id === body.quotedId)
    if (quoted?.authorId !== user.id) return answerNotSummoned(call)
    return answerForbidden('You are not permitted to perform this action.')
  }
  const mayMention = settings.plan === 'enterprise' || settings.strangerMentions === 'open'
  if (!mayMention && mentionsStranger(call, body.text)) {
    return answerForbidden('You are not permitted to perform this action.')
  }
  if (!isRefusedByPlan(settings, 'strangerReplies')) return undefined
  const target = findTarget(call, body)
  if (target && target.authorId !== user.id && !isSummoned(call, target)) {
    return answerForbidden(
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
    )
  }
  return undefined
}

/** Communities are for members, exclusive posts for accounts with subscribers. */
function refuseAudience({ settings, user }: XUserCall, body: PostBody): EmulatorAnswer | undefined {
  const isMember = body.communityId === null || settings.communities[body.communityId]?.includes(user.username)
  if (!isMember) return answerForbidden('You are not permitted to perform this action.')
  if (body.isForSubscribers && !settings.creators.includes(user.username)) {
    return answerForbidden('Your account is not permitted to access this feature')
  }
  return undefined
}

/** True when a post names an account that has neither mentioned this one nor quoted it. */
function mentionsStranger({ state, user }: XUserCall, text: string): boolean {
  const names = findMentions(text)
  return state.users.some(({ id, username }) => {
    if (id === user.id || !names.includes(username.toLowerCase())) return false
    return !state.posts.some(
      (post) => post.authorId === id && findMentions(post.text).includes(user.username.toLowerCase()),
    )
  })
}

function answerNotSummoned({ settings }: XUserCall): EmulatorAnswer {
  const detail = 'You can only reply to or quote posts where you are mentioned or are the author.'
  const type = toProblemType(settings, 'not-authorized-for-resource')
  return { status: 403, json: { title: 'Authorization Error', type, status: 403, detail } }
}

/** The author of the target mentioned the account, or quoted a post of it. */
export function isSummoned({ state, user }: XUserCall, target: XPost): boolean {
  const quoted = state.posts.find(({ id }) => id === target.quotedId)
  return findMentions(target.text).includes(user.username.toLowerCase()) || quoted?.authorId === user.id
}

function refuseText({ settings, user }: XUserCall, { text, poll }: PostBody): EmulatorAnswer | undefined {
  const subscription = readSubscription(settings, user.username)
  const lengthMax = settings.textLengths[subscription] ?? textLengthMax[subscription === 'None' ? 'free' : 'paid']
  const weight = weighText(text)
  const isLong = weight > textLengthMax.free
  const length = isLong && settings.longTextUnit === 'characters' ? [...text].length : weight
  const isWrong = hasForbiddenCharacter(text) || (isLong && poll !== null && settings.longPolls === 'refused')
  if (length > lengthMax && settings.overLength === 'code_186') {
    return answerCode(403, 186, 'Tweet needs to be a bit shorter.')
  }
  if (length <= lengthMax && !isWrong) return undefined
  return answerForbidden('You are not permitted to perform this action.')
}

function refuseDuplicate({ state, settings, user, now }: XUserCall, body: PostBody): EmulatorAnswer | undefined {
  if (!isDuplicate(state, settings, { authorId: user.id, body, now })) return undefined
  return answerForbidden('You are not allowed to create a Tweet with duplicate content.')
}

function refuseTarget(call: XUserCall, body: PostBody): EmulatorAnswer | undefined {
  if (body.repliedToId === null) return undefined
  const target = findTarget(call, body)
  if (!target || target.createdAt + call.settings.replyLagMs > call.now) {
    return answerForbidden('You attempted to reply to a Tweet that is deleted or not visible to you.')
  }
  if (target.authorId === call.user.id || mayReply(call, target)) return undefined
  return answerCode(403, 433, 'The original Tweet author restricted who can reply to this Tweet.')
}

/** Who is mentioned may answer, except where a post is for subscribers; nobody here has subscribed. */
function mayReply(call: XUserCall, target: XPost): boolean {
  const { state, settings, user } = call
  switch (target.replySettings) {
    case 'everyone':
      return true
    case 'subscribers':
      return false
    case 'following':
      return isSummoned(call, target) || state.follows.some(isFollow(target.authorId, user.id))
    case 'verified':
      return isSummoned(call, target) || readVerifiedType(settings, user.username) !== 'none'
    default:
      return isSummoned(call, target)
  }
}

function isFollow(followerId: string, followedId: string) {
  return ({ userId, targetId }: XFollow) => userId === followerId && targetId === followedId
}

function findTarget({ state }: XUserCall, { repliedToId }: PostBody): XPost | undefined {
  return state.posts.find(({ id, deletedAt }) => id === repliedToId && deletedAt === null)
}
