import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { findAudio } from './audio.ts'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import {
  authenticate,
  type Caller,
  findAccount,
  listAccounts,
  listPages,
  requireAccount,
  requirePermission,
} from './caller.ts'
import { toCommentFields } from './comment-fields.ts'
import { changeComment, deleteComment, findComment } from './comments.ts'
import { toContainerFields } from './container-node.ts'
import { type NodeFields, parseFields, selectFields } from './fields.ts'
import { GraphRefusal, missingObject, wrongParameter } from './graph-error.ts'
import { findMedia, toMediaFields } from './media-fields.ts'
import { readFlag, readList } from './parameters.ts'
import { toAccountFields, toPageFields } from './people-fields.ts'

/** Everything that has an id of its own. */
export const nodeEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts: graphHosts, path: '/', answer: readSeveral },
  { method: 'GET', hosts: graphHosts, path: '/:id', answer: readOne },
  { method: 'POST', hosts: graphHosts, path: '/:id', answer: changeOne },
  { method: 'DELETE', hosts: graphHosts, path: '/:id', answer: deleteOne },
]

interface FoundNode {
  readonly fields: NodeFields
  readonly type: string
  readonly defaultFields: string
}

function readOne(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const id = call.ids.id ?? ''
  failFreshRead(call, id)
  return answerJson(readNode(call, caller, id))
}

function readSeveral(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const ids = readList(call.parameters.get('ids'))
  if (ids.length === 0) throw wrongParameter('(#100) The parameter ids is required')
  return answerJson(Object.fromEntries(ids.map((id) => [id, readNode(call, caller, id)])))
}

function readNode(call: InstagramCall, caller: Caller, id: string): Record<string, unknown> {
  const node = findNode(call, caller, id)
  if (!node) {
    requireAccount(call, caller, id)
    throw missingObject(id, 'GET')
  }
  return selectFields(node.fields, parseFields(call.parameters.get('fields') || node.defaultFields), node.type)
}

function findNode(call: InstagramCall, caller: Caller, id: string): FoundNode | undefined {
  return findPerson(call, caller, id) ?? findContent(call, caller, id)
}

function findPerson(call: InstagramCall, caller: Caller, id: string): FoundNode | undefined {
  const { state } = call.context
  const account = findAccount(call, caller, id)
  if (account) {
    requireAccount(call, caller, id)
    requirePermission(caller, 'basic')
    return { fields: toAccountFields(call, caller, account), type: 'IGUser', defaultFields: 'id' }
  }
  const ownPage = caller.token.kind === 'page' && id === 'me' ? caller.token.pageId : id
  const page = caller.login === 'facebook' ? listPages(state, caller).find((one) => one.id === ownPage) : undefined
  if (page) return { fields: toPageFields(call, caller, page), type: 'Page', defaultFields: 'id,name' }
  const person = state.facebookUsers.find((user) => user.id === caller.token.ownerId)
  if (!person || (id !== 'me' && id !== person.id)) return undefined
  const fields = { id: () => person.id, name: () => person.name, email: () => undefined }
  return { fields, type: 'User', defaultFields: 'id,name' }
}

function findContent(call: InstagramCall, caller: Caller, id: string): FoundNode | undefined {
  const media = findMedia(call, caller, id)
  if (media) {
    requirePermission(caller, 'basic')
    return { fields: toMediaFields(call, caller, media), type: 'IGMedia', defaultFields: 'id' }
  }
  const comment = findComment(call, caller, id)
  if (comment) {
    requirePermission(caller, 'comments')
    return { fields: toCommentFields(call, caller, comment), type: 'IGComment', defaultFields: 'timestamp,text,id' }
  }
  const own = listAccounts(call.context.state, caller).map((user) => user.id)
  const container = call.context.state.containers.find((one) => one.id === id && own.includes(one.accountId))
  if (container) return { fields: toContainerFields(call, container), type: 'IGContainer', defaultFields: 'id' }
  const audio = caller.login === 'facebook' ? findAudio(call, id) : undefined
  return audio && { fields: audio, type: 'IGAudio', defaultFields: Object.keys(audio).join(',') }
}

/** Reads of what has just been published may fail although it is there. */
function failFreshRead({ context, request }: InstagramCall, id: string): void {
  const media = context.state.media.find((one) => one.id === id)
  if (!media || media.failingReads === 0) return
  media.failingReads -= 1
  throw missingObject(id, request.method)
}

function changeOne(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const id = call.ids.id ?? ''
  const comment = findComment(call, caller, id)
  if (comment) return changeComment(call, caller, comment)
  const media = findMedia(call, caller, id)
  if (!media) throw missingObject(id, 'POST')
  requirePermission(caller, 'comments')
  const enabled = readFlag(call.parameters, 'comment_enabled')
  if (enabled === undefined) throw wrongParameter('The parameter comment_enabled is required.')
  media.commentEnabled = enabled
  return answerJson({ success: true })
}

function deleteOne(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const id = call.ids.id ?? ''
  const comment = findComment(call, caller, id)
  if (comment) return deleteComment(call, caller, comment)
  if (caller.login === 'instagram') throw wrongParameter('Unsupported delete request')
  requirePermission(caller, 'contents')
  const { state, now } = call.context
  const own = listAccounts(state, caller).map((user) => user.id)
  const media = state.media.find((one) => one.id === id && own.includes(one.accountId))
  const isGone = media !== undefined && media.deletedAt !== null
  if (!media || (isGone && call.settings.deleteMissing === 'not_found')) throw missingObject(id, 'DELETE')
  if (media.parentId !== null) throw fatal(2207073, 'Media Type Not Supported')
  if (call.settings.deletion === 'fatal') throw fatal(2207085)
  for (const one of state.media) if (one.id === id || one.parentId === id) one.deletedAt ??= now
  return answerJson({ success: true, deleted_id: id })
}

function fatal(subcode: number, title?: string): GraphRefusal {
  return new GraphRefusal({ message: 'Fatal', code: -1, subcode, ...(title === undefined ? {} : { title }) })
}
