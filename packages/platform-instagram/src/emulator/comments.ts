import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, type Caller, findAccount, requirePermission } from './caller.ts'
import { listComments, listReplies, toCommentFields } from './comment-fields.ts'
import { queueCommentEvent } from './events.ts'
import { parseFields, selectFields } from './fields.ts'
import { GraphRefusal, missingObject, wrongParameter } from './graph-error.ts'
import { mintId } from './ids.ts'
import { findMedia } from './media-fields.ts'
import { cutPage } from './paging.ts'
import { readFlag } from './parameters.ts'
import { readScenario } from './scenario.ts'
import type { InstagramComment, Media } from './state.ts'

/** https://developers.facebook.com/docs/instagram-platform/comment-moderation */
export const commentEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: graphHosts, path: '/:id/comments', answer: createComment },
  { method: 'POST', hosts: graphHosts, path: '/:id/replies', answer: createReply },
  { method: 'GET', hosts: graphHosts, path: '/:id/comments', answer: listOfMedia },
  { method: 'GET', hosts: graphHosts, path: '/:id/replies', answer: listOfComment },
]

const pageLimits = { defaultLimit: 50, limitMax: 50 }
const defaultFields = 'timestamp,text,id'

function createComment(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'comments')
  const media = findMedia(call, caller, call.ids.id ?? '')
  if (!media || media.product === 'STORY') throw missingObject(call.ids.id ?? '', 'POST')
  return addComment(call, caller, media, null)
}

function createReply(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'comments')
  const parent = findComment(call, caller, call.ids.id ?? '')
  const media = parent && findMedia(call, caller, parent.mediaId)
  if (!media || parent.parentId !== null) throw missingObject(call.ids.id ?? '', 'POST')
  return addComment(call, caller, media, parent.id)
}

/** With `fields` the comment is there, and the answer is an error all the same. */
function addComment(call: InstagramCall, caller: Caller, media: Media, parentId: string | null): EmulatorAnswer {
  const text = call.parameters.get('message') ?? ''
  checkText(call, text)
  if (!media.commentEnabled) throw wrongParameter('(#100) Comments are turned off for this media')
  const { state, now } = call.context
  const accountId = findAccount(call, caller, media.accountId)?.id ?? media.accountId
  const comment: InstagramComment = {
    id: mintId(state, 'comment'),
    mediaId: media.id,
    accountId,
    parentId,
    text,
    createdAt: now,
    hidden: false,
    deletedAt: null,
  }
  state.comments.push(comment)
  queueCommentEvent(call, media, comment)
  if (call.parameters.has('fields') || readScenario(call) === 'comment_created_then_400') {
    const message = '(#20) The fields parameter is not supported when creating a comment'
    throw new GraphRefusal({ message, code: 20, subcode: 1772107 })
  }
  return answerJson({ id: comment.id })
}

function checkText({ settings }: InstagramCall, text: string): void {
  if (text.trim() === '') throw wrongParameter('The parameter message is required.')
  if (settings.commentLimits === 'none') return
  const hashtags = text.match(/#[\p{L}\p{N}_]+/gu)?.length ?? 0
  const urls = text.match(/https?:\/\/|www\./gi)?.length ?? 0
  const isShouted = /\p{L}/u.test(text) && text === text.toUpperCase() && text !== text.toLowerCase()
  if (text.length > 300 || hashtags > 4 || urls > 1 || isShouted) {
    throw wrongParameter('(#100) Param message breaks a rule: 300 characters, 4 hashtags, 1 URL, not all capitals')
  }
}

function listOfMedia(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const media = findMedia(call, caller, call.ids.id ?? '')
  if (!media) throw missingObject(call.ids.id ?? '', 'GET')
  return listAll(call, caller, listComments(call.context.state, media.id))
}

function listOfComment(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const comment = findComment(call, caller, call.ids.id ?? '')
  if (!comment) throw missingObject(call.ids.id ?? '', 'GET')
  return listAll(call, caller, listReplies(call.context.state, comment.id))
}

function listAll(call: InstagramCall, caller: Caller, comments: readonly InstagramComment[]): EmulatorAnswer {
  requirePermission(caller, 'comments')
  const { items, paging } = cutPage(call, comments, pageLimits)
  const asked = parseFields(call.parameters.get('fields') || defaultFields)
  const data = items.map((comment) => selectFields(toCommentFields(call, caller, comment), asked, 'IGComment'))
  return answerJson(paging === undefined ? { data } : { data, paging })
}

/** A comment under media of the caller; undefined when there is none. */
export function findComment(call: InstagramCall, caller: Caller, id: string): InstagramComment | undefined {
  const comment = call.context.state.comments.find((candidate) => candidate.id === id)
  return comment && comment.deletedAt === null && findMedia(call, caller, comment.mediaId) ? comment : undefined
}

/** Hides or shows it. */
export function changeComment(call: InstagramCall, caller: Caller, comment: InstagramComment): EmulatorAnswer {
  requirePermission(caller, 'comments')
  const hide = readFlag(call.parameters, 'hide')
  if (hide === undefined) throw wrongParameter('The parameter hide is required.')
  comment.hidden = hide
  return answerJson({ success: true })
}

/** Deletes it, and its replies with it. */
export function deleteComment(call: InstagramCall, caller: Caller, comment: InstagramComment): EmulatorAnswer {
  requirePermission(caller, 'comments')
  const { state, now } = call.context
  for (const one of [comment, ...listReplies(state, comment.id)]) one.deletedAt = now
  return answerJson({ success: true })
}
