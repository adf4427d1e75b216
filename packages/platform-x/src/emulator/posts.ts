import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { checkParameter, idPattern } from './check-ids.ts'
import type { XEndpoint, XUserCall } from './endpoint.ts'
import { mintId } from './ids.ts'
import { listMedia } from './media-object.ts'
import { checkPostBody, type PostBody, readPostBody } from './post-body.ts'
import { chargeForPost } from './post-charges.ts'
import { tellDeleted, tellPosted } from './post-events.ts'
import { refusePost } from './post-rules.ts'
import { answerForbidden, toMissing } from './problems.ts'
import { renderText } from './render-text.ts'
import type { XPost, XState } from './state.ts'

const scopes = ['tweet.read', 'tweet.write', 'users.read']

/** Creating, editing and deleting: https://docs.x.com/x-api/posts/manage-tweets/introduction */
export const postEndpoints: readonly XEndpoint[] = [
  {
    method: 'POST',
    path: '/2/tweets',
    scopes,
    does: 'creates_post',
    callers: 'users',
    charge: chargeForPost,
    check: checkPostBody,
    rules: (call) => refusePost(call, readPostBody(call.request, call.settings)),
    answer: createPost,
  },
  {
    method: 'DELETE',
    path: '/2/tweets/:id',
    check: checkParameter('id', idPattern),
    scopes,
    does: 'writes',
    callers: 'users',
    charge: ({ settings }) => [{ key: settings.deleteBilling }],
    answer: deletePost,
  },
]

function createPost(call: XUserCall): EmulatorAnswer {
  const body = readPostBody(call.request, call.settings)
  const post = commitPost(call, body)
  tellPosted(call, post)
  const history = {
    legacy: { edit_history_tweet_ids: post.editHistory },
    current: { edit_history_post_ids: post.editHistory },
    neither: {},
    empty_version: { edit_history_tweet_ids: [''] },
  }[call.settings.createAnswer]
  const data = { id: post.id, text: post.preview ?? post.rendered, ...history }
  return { status: 201, json: { data }, headers: { location: `https://api.x.com/2/tweets/${post.id}` } }
}

function commitPost(call: XUserCall, body: PostBody): XPost {
  const { state, settings, user, context, now } = call
  const id = mintId(state, now)
  const edited = state.posts.find((candidate) => candidate.id === body.editedId)
  if (edited) edited.editedAt = now
  const parent = state.posts.find((candidate) => candidate.id === body.repliedToId)
  const parentAuthor = state.users.find((candidate) => candidate.id === parent?.authorId)
  const isToOther = parentAuthor && parentAuthor.id !== user.id && !body.excludedUserIds.includes(parentAuthor.id)
  const rendered = renderText({
    text: isToOther ? `@${parentAuthor.username} ${body.text}` : body.text,
    mediaKeys: listMedia(state, body.mediaIds).map(({ mediaKey }) => mediaKey),
    postUrl: `https://x.com/${user.username}/status/${id}`,
    users: state.users,
    offsets: settings.entityOffsets,
    random: context.random,
  })
  const taggable = state.users.filter(({ username }) => !settings.untaggable.includes(username))
  const post: XPost = {
    id,
    authorId: user.id,
    createdAt: now,
    text: body.text,
    ...rendered,
    mediaIds: body.mediaIds,
    taggedUserIds: body.taggedUserIds.filter((tagged) => taggable.some((candidate) => candidate.id === tagged)),
    poll: body.poll && { id: mintId(state, now), ...body.poll, votes: body.poll.options.map(() => 0) },
    repliedToId: edited ? edited.repliedToId : body.repliedToId,
    quotedId: body.quotedId,
    conversationId: edited?.conversationId ?? parent?.conversationId ?? id,
    communityId: body.communityId,
    placeId: body.placeId,
    cardUri: body.cardUri,
    editHistory: [...(edited?.editHistory ?? []), id],
    editedAt: null,
    replySettings: body.replySettings,
    flags: {
      madeWithAi: body.madeWithAi,
      paidPartnership: body.paidPartnership,
      nullcast: body.nullcast,
      isForSubscribers: body.isForSubscribers,
    },
    isHidden: false,
    metrics: null,
    deletedAt: null,
  }
  state.posts.push(post)
  return post
}

/** Deleting any version deletes them all. */
function deletePost(call: XUserCall): EmulatorAnswer {
  const { state, settings, user, request, now } = call
  const id = request.params.id ?? ''
  const post = state.posts.find((candidate) => candidate.id === id)
  if (!post || post.deletedAt !== null) {
    if (settings.deleteMissing === 'deleted') return answerDeleted
    const missing = toMissing(settings, { resource: 'tweet', parameter: 'id', value: id })
    return { status: 404, json: { ...missing, status: 404 } }
  }
  if (post.authorId !== user.id) return answerForbidden('You are not authorized to delete this Tweet.')
  removeVersions(state, post, now)
  tellDeleted(call, user, post)
  return answerDeleted
}

/** Marks a post as deleted, with all its versions. */
export function removeVersions({ posts }: XState, { editHistory }: XPost, now: number): void {
  for (const post of posts) if (post.editHistory[0] === editHistory[0]) post.deletedAt = now
}

const answerDeleted: EmulatorAnswer = { status: 200, json: { data: { deleted: true } } }
