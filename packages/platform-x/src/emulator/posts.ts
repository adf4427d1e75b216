import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { mintId } from './ids.ts'
import { checkPostBody, type PostBody, readPostBody } from './post-body.ts'
import { listMedia } from './post-object.ts'
import { refusePost } from './post-rules.ts'
import { answerForbidden, answerInvalid, toMissing } from './problems.ts'
import { renderText } from './render-text.ts'
import type { XPost } from './state.ts'

const scopes = ['tweet.read', 'tweet.write', 'users.read']

/** Creating and deleting: https://docs.x.com/x-api/posts/manage-tweets/introduction */
export const postEndpoints: readonly XEndpoint[] = [
  {
    method: 'POST',
    path: '/2/tweets',
    scopes,
    does: 'creates_post',
    callers: 'users',
    check: checkPostBody,
    answer: createPost,
  },
  { method: 'DELETE', path: '/2/tweets/:id', scopes, does: 'writes', callers: 'users', answer: deletePost },
]

function createPost(call: XUserCall): EmulatorAnswer {
  const body = readPostBody(call.request)
  const refused = refusePost(call, body)
  if (refused) return refused
  const post = commitPost(call, body)
  const data = { id: post.id, text: post.preview ?? post.rendered, edit_history_tweet_ids: [post.id] }
  return { status: 201, json: { data }, headers: { location: `https://api.x.com/2/tweets/${post.id}` } }
}

function commitPost({ state, user, context, now }: XUserCall, body: PostBody): XPost {
  const id = mintId(state, now)
  const parent = state.posts.find((candidate) => candidate.id === body.repliedToId)
  const parentAuthor = state.users.find((candidate) => candidate.id === parent?.authorId)
  const isToOther = parentAuthor && parentAuthor.id !== user.id && !body.excludedUserIds.includes(parentAuthor.id)
  const rendered = renderText({
    text: isToOther ? `@${parentAuthor.username} ${body.text}` : body.text,
    mediaKeys: listMedia(state, body.mediaIds).map(({ mediaKey }) => mediaKey),
    postUrl: `https://x.com/${user.username}/status/${id}`,
    users: state.users,
    random: context.random,
  })
  const post: XPost = {
    id,
    authorId: user.id,
    createdAt: now,
    text: body.text,
    ...rendered,
    mediaIds: body.mediaIds,
    repliedToId: body.repliedToId,
    quotedId: body.quotedId,
    conversationId: parent?.conversationId ?? id,
    replySettings: body.replySettings,
    flags: { madeWithAi: body.madeWithAi, paidPartnership: body.paidPartnership, nullcast: body.nullcast },
    deletedAt: null,
  }
  state.posts.push(post)
  return post
}

function deletePost(call: XUserCall): EmulatorAnswer {
  const { state, settings, user, request, now } = call
  const id = request.params.id ?? ''
  if (!/^[0-9]{1,19}$/.test(id)) {
    const message = `The \`id\` query parameter value [${id}] is not valid`
    return answerInvalid(settings, [{ path: 'id', value: id, message }])
  }
  const post = state.posts.find((candidate) => candidate.id === id)
  if (!post || post.deletedAt !== null) {
    if (settings.deleteMissing === 'deleted') return answerDeleted
    return {
      status: 404,
      json: { ...toMissing(settings, { resource: 'tweet', parameter: 'id', value: id }), status: 404 },
    }
  }
  if (post.authorId !== user.id) return answerForbidden('You are not authorized to delete this Tweet.')
  post.deletedAt = now
  return answerDeleted
}

const answerDeleted: EmulatorAnswer = { status: 200, json: { data: { deleted: true } } }
