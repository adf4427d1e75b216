import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { apps, type EmulatedApp, findAppByToken } from './apps.ts'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, type Caller, findAccount, listPages, requirePermission } from './caller.ts'
import { GraphRefusal, missingObject, wrongParameter } from './graph-error.ts'
import { readList, readToken } from './parameters.ts'

const answerWithinMs = 10_000
const accountFields = [
  'comments, live_comments, mentions, messages, message_edit, message_reactions, messaging_handover',
  'messaging_optins, messaging_postbacks, messaging_referral, messaging_seen, standby, story_insights',
  'story_reactions, story_poll_response, comment_poll_response, share_to_story, follow, delta',
  'creator_marketplace_projects, creator_marketplace_invited_creator_onboarding',
  'onboarding_welcome_message_series, agent_messages',
].flatMap((line) => line.split(', '))

const path = '/:id/subscribed_apps'
const ofApp = '/:id/subscriptions'

/** https://developers.facebook.com/docs/instagram-platform/webhooks */
export const subscriptionEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: graphHosts, path, answer: subscribeAccount },
  { method: 'GET', hosts: graphHosts, path, answer: listAccount },
  { method: 'DELETE', hosts: graphHosts, path, answer: unsubscribeAccount },
  { method: 'POST', hosts: graphHosts, path: ofApp, answer: subscribeApp },
  { method: 'GET', hosts: graphHosts, path: ofApp, answer: listApp },
  { method: 'DELETE', hosts: graphHosts, path: ofApp, answer: unsubscribeApp },
]

function subscribeAccount(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const targetId = requireTarget(call, caller)
  const fields = readList(call.parameters.get('subscribed_fields'))
  if (fields.length === 0) throw wrongParameter('(#100) The parameter subscribed_fields is required.')
  const unknown = caller.login === 'instagram' ? fields.filter((field) => !accountFields.includes(field)) : []
  if (unknown.length > 0)
    throw wrongParameter(`(#100) Param subscribed_fields has unknown values: ${unknown.join(', ')}`)
  dropAccount(call, targetId)
  call.context.state.accountSubscriptions.push({ targetId, appId: apps[caller.login].id, fields })
  return answerJson({ success: true })
}

function listAccount(call: InstagramCall): EmulatorAnswer {
  const targetId = requireTarget(call, authenticate(call))
  const own = call.context.state.accountSubscriptions.filter((one) => one.targetId === targetId)
  return answerJson({ data: own.map(({ appId, fields }) => ({ app_id: appId, subscribed_fields: fields })) })
}

function unsubscribeAccount(call: InstagramCall): EmulatorAnswer {
  dropAccount(call, requireTarget(call, authenticate(call)))
  return answerJson({ success: true })
}

function dropAccount({ context }: InstagramCall, targetId: string): void {
  const { state } = context
  state.accountSubscriptions = state.accountSubscriptions.filter((one) => one.targetId !== targetId)
}

/** With Instagram Login the account itself, with Facebook Login its Page, by the Page's token. */
function requireTarget(call: InstagramCall, caller: Caller): string {
  const id = call.ids.id ?? ''
  if (caller.login === 'instagram') {
    const user = findAccount(call, caller, id)
    if (user) return user.id
    throw missingObject(id, call.request.method)
  }
  const page = listPages(call.context.state, caller).find((one) => one.id === id || id === 'me')
  if (!page) throw missingObject(id, call.request.method)
  if (caller.token.kind !== 'page') {
    throw new GraphRefusal({ message: '(#210) A page access token is required to request this resource.', code: 210 })
  }
  requirePermission(caller, 'pages')
  return page.id
}

async function subscribeApp(call: InstagramCall): Promise<EmulatorAnswer> {
  const app = requireApp(call)
  const { parameters, context } = call
  const object = parameters.get('object') ?? ''
  const callbackUrl = parameters.get('callback_url') ?? ''
  const fields = readList(parameters.get('fields'))
  const verifyToken = parameters.get('verify_token') ?? ''
  if (object === '') throw wrongParameter('(#100) The parameter object is required.')
  if (!URL.canParse(callbackUrl)) throw wrongParameter('(#100) The parameter callback_url is required.')
  if (fields.length === 0) throw wrongParameter('(#100) The parameter fields is required.')
  const challenge = String(Buffer.from(context.random(4)).readUInt32BE())
  if (!(await isEchoed(callbackUrl, challenge, verifyToken))) {
    const message = `(#2200) Callback verification failed with the following errors: the challenge was not echoed by ${new URL(callbackUrl).origin}`
    throw new GraphRefusal({ message, code: 2200 })
  }
  dropApp(call, app, object)
  context.state.appSubscriptions.push({ appId: app.id, object, callbackUrl, fields })
  return answerJson({ success: true })
}

async function isEchoed(callbackUrl: string, challenge: string, verifyToken: string): Promise<boolean> {
  const url = new URL(callbackUrl)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', verifyToken)
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answerWithinMs) })
    return response.status === 200 && (await response.text()) === challenge
  } catch {
    return false
  }
}

function listApp(call: InstagramCall): EmulatorAnswer {
  const app = requireApp(call)
  const own = call.context.state.appSubscriptions.filter(({ appId }) => appId === app.id)
  const data = own.map(({ object, callbackUrl, fields }) => ({
    object,
    callback_url: callbackUrl,
    active: true,
    fields: fields.map((name) => ({ name, version: call.version })),
  }))
  return answerJson({ data })
}

/** Of some fields, of an object, or of everything. */
function unsubscribeApp(call: InstagramCall): EmulatorAnswer {
  const app = requireApp(call)
  const object = call.parameters.get('object')
  const fields = readList(call.parameters.get('fields'))
  if (fields.length === 0) dropApp(call, app, object)
  for (const one of call.context.state.appSubscriptions) {
    if (one.appId === app.id && one.object === object) one.fields = one.fields.filter((name) => !fields.includes(name))
  }
  return answerJson({ success: true })
}

function dropApp({ context }: InstagramCall, { id }: EmulatedApp, object: string | undefined): void {
  const { state } = context
  state.appSubscriptions = state.appSubscriptions.filter(
    (one) => one.appId !== id || (object !== undefined && one.object !== object),
  )
}

function requireApp(call: InstagramCall): EmulatedApp {
  const app = findAppByToken(readToken(call.request, call.parameters) ?? '')
  if (!app || app.id !== call.ids.id) {
    throw new GraphRefusal({ message: '(#15) This method must be called with an app access_token.', code: 15 })
  }
  return app
}
