import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { authenticate } from './authentication.ts'
import { type BodySchema, checkBody, idSchema, toRecord } from './check-body.ts'
import type { XCall, XEndpoint } from './endpoint.ts'
import { mintId } from './ids.ts'
import { answerBlank, answerInvalid, answerUnsupportedAuthentication } from './problems.ts'
import type { XSubscription } from './state.ts'
import type { XSettings } from './switches.ts'

const basics = { scopes: [], does: 'writes', callers: 'users_and_app' } as const
const subscriptionsMax = { selfServe: 1500, enterprise: 75_000 }

/** Event types, and the scope of the user's grant that a private one needs. */
const eventTypes: Readonly<Record<string, string | null>> = {
  'post.create': null,
  'post.delete': null,
  'post.mention.create': 'tweet.read',
  'post.reply.create': 'tweet.read',
  'post.quote.create': 'tweet.read',
  'post.repost.create': 'tweet.read',
  'like.create': 'like.read',
  'follow.follow': null,
  'follow.unfollow': null,
}
const tag: BodySchema = { type: 'string', lengthMin: 1, lengthMax: 200 }
const filter: BodySchema = {
  type: 'object',
  fields: {
    user_id: idSchema,
    keyword: { type: 'string' },
    direction: { type: 'string', values: ['inbound', 'outbound'] },
  },
}
const createSchema = createSchemaOf(Object.keys(eventTypes))
const revokedSchema = createSchemaOf(['oauth.revoke'])
function createSchemaOf(values: readonly string[]): BodySchema {
  const fields = { event_type: { type: 'string', values }, filter, tag, webhook_id: idSchema } as const
  return { type: 'object', required: ['event_type', 'filter'], fields }
}

const updateSchema: BodySchema = { type: 'object', fields: { tag, webhook_id: idSchema } }

/** Subscriptions to events of posts, likes and follows: https://docs.x.com/x-api/activity/introduction */
export const subscriptionEndpoints: readonly XEndpoint[] = [
  { ...basics, method: 'POST', path: '/2/activity/subscriptions', check: checkCreate, answer: create },
  { ...basics, method: 'GET', path: '/2/activity/subscriptions', callers: 'app', answer: list },
  { ...basics, method: 'DELETE', path: '/2/activity/subscriptions', callers: 'app', answer: removeMany },
  {
    ...basics,
    method: 'PUT',
    path: '/2/activity/subscriptions/:id',
    callers: 'app',
    check: checkWith(updateSchema),
    answer: update,
  },
  { ...basics, method: 'DELETE', path: '/2/activity/subscriptions/:id', callers: 'app', answer: removeOne },
]

function checkWith(schema: BodySchema) {
  return (request: EmulatorRequest, settings: XSettings) => {
    const violations = checkBody(schema, request.json)
    return violations.length > 0 ? answerInvalid(settings, violations) : undefined
  }
}

/** Whether revoked grants can be subscribed to is documented and not in the schema. */
function checkCreate(request: EmulatorRequest, settings: XSettings) {
  const isOfRevoked = toRecord(request.json).event_type === 'oauth.revoke' && settings.revokeEvents === 'subscribers'
  return checkWith(isOfRevoked ? revokedSchema : createSchema)(request, settings)
}

function create(call: XCall): EmulatorAnswer {
  const { request, state, settings, now } = call
  const body = toRecord(request.json)
  const eventType = String(body.event_type)
  const filter = Object.fromEntries(Object.entries(toRecord(body.filter)).map(([name, value]) => [name, String(value)]))
  const refused = refusePrivate(call, eventType, filter.user_id)
  if (refused) return refused
  const max = settings.plan === 'enterprise' ? subscriptionsMax.enterprise : subscriptionsMax.selfServe
  if (state.subscriptions.length >= max) return refuse(call, 'filter', `at most ${max} subscriptions are allowed`)
  const webhookId = body.webhook_id === undefined ? null : String(body.webhook_id)
  if (webhookId !== null && !state.webhooks.some(({ id }) => id === webhookId)) {
    return refuse(call, 'webhook_id', 'WebhookIdInvalid')
  }
  const subscription: XSubscription = {
    id: mintId(state, now),
    eventType,
    filter,
    createdAt: now,
    updatedAt: now,
    tag: body.tag === undefined ? null : String(body.tag),
    webhookId,
  }
  state.subscriptions.push(subscription)
  return { status: 200, json: toAnswer(call, subscription) }
}

/** Private events are for tokens of the user itself, with the scope. */
function refusePrivate(call: XCall, eventType: string, userId: string | undefined): EmulatorAnswer | undefined {
  const scope = eventTypes[eventType] ?? null
  if (eventType === 'oauth.revoke') return undefined
  if (userId === undefined) return refuse(call, 'filter', 'user_id is missing but it is required')
  if (scope === null) return undefined
  if (!call.user) return answerUnsupportedAuthentication(call.settings, 'users')
  const who = authenticate(call.request, call.state, call.now)
  const isGranted = who.kind !== 'oauth2_user' || who.grant.scopes.includes(scope)
  return call.user.id === userId && isGranted ? undefined : answerBlank(403, 'Forbidden')
}

function toAnswer({ settings, state }: XCall, subscription: XSubscription) {
  const object = toObject(subscription)
  switch (settings.subscriptionAnswer) {
    case 'nested':
      return { data: { subscription: object } }
    case 'flat':
      return { data: object }
    default:
      return { data: [object], meta: { total_subscriptions: state.subscriptions.length } }
  }
}

function list({ request, state, settings }: XCall): EmulatorAnswer {
  const query = request.url.searchParams
  const size = Number(query.get('max_results') ?? 100)
  const from = Number.parseInt(query.get('pagination_token') ?? '0', 36)
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    const message = `The \`max_results\` query parameter value [${size}] is not between 1 and 1000`
    return answerInvalid(settings, [{ path: 'max_results', value: query.get('max_results'), message }])
  }
  const data = state.subscriptions.slice(from, from + size).map(toObject)
  const hasMore = state.subscriptions.length > from + size
  const meta = { result_count: data.length, ...(hasMore ? { next_token: (from + size).toString(36) } : {}) }
  return { status: 200, json: { ...(data.length > 0 ? { data } : {}), meta } }
}

function update(call: XCall): EmulatorAnswer {
  const subscription = call.state.subscriptions.find(({ id }) => id === call.request.params.id)
  if (!subscription) return answerBlank(404, 'Not Found')
  const { tag: newTag, webhook_id: webhookId } = toRecord(call.request.json)
  if (newTag !== undefined) subscription.tag = String(newTag)
  if (webhookId !== undefined) subscription.webhookId = String(webhookId)
  subscription.updatedAt = call.now
  return { status: 200, json: toAnswer(call, subscription) }
}

function removeOne(call: XCall): EmulatorAnswer {
  const { state, request } = call
  if (!state.subscriptions.some(({ id }) => id === request.params.id)) return answerBlank(404, 'Not Found')
  state.subscriptions = state.subscriptions.filter(({ id }) => id !== request.params.id)
  const meta = { total_subscriptions: state.subscriptions.length }
  return { status: 200, json: { data: { deleted: true }, meta } }
}

function removeMany(call: XCall): EmulatorAnswer {
  const { state, request } = call
  const ids = (request.url.searchParams.get('ids') ?? '').split(',').filter((id) => id !== '')
  if (ids.length === 0 || ids.length > 100) return refuse(call, 'ids', 'is not between 1 and 100')
  const isKnown = (wanted: string) => state.subscriptions.some(({ id }) => id === wanted)
  const data = ids.filter(isKnown).map((id) => ({ subscription_id: id, deleted: true }))
  const errors = ids
    .filter((id) => !isKnown(id))
    .map((id) => ({ subscription_id: id, reason: 'not_found', message: 'There is no such subscription.' }))
  state.subscriptions = state.subscriptions.filter(({ id }) => !ids.includes(id))
  const meta = { total_subscriptions: state.subscriptions.length }
  return { status: 200, json: { data, ...(errors.length > 0 ? { errors } : {}), meta } }
}

function toObject({ id, eventType, filter, createdAt, updatedAt, tag: label, webhookId }: XSubscription) {
  return {
    subscription_id: id,
    event_type: eventType,
    filter,
    created_at: new Date(createdAt).toISOString(),
    updated_at: new Date(updatedAt).toISOString(),
    ...(label === null ? {} : { tag: label }),
    ...(webhookId === null ? {} : { webhook_id: webhookId }),
  }
}

function refuse({ settings }: XCall, name: string, problem: string): EmulatorAnswer {
  return answerInvalid(settings, [{ path: `$.${name}`, value: undefined, message: `$.${name}: ${problem}` }])
}
