import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { challenge } from './challenge.ts'
import { checkBody, idSchema, toRecord } from './check-body.ts'
import type { XCall, XEndpoint } from './endpoint.ts'
import { mintId } from './ids.ts'
import { answerBlank, answerInvalid, toProblemType } from './problems.ts'
import type { XWebhook } from './state.ts'

const basics = { scopes: [], does: 'writes', callers: 'app' } as const
const urlLengthMax = 200

/** Registration of webhooks: https://docs.x.com/x-api/webhooks/introduction */
export const webhookEndpoints: readonly XEndpoint[] = [
  { ...basics, method: 'POST', path: '/2/webhooks', answer: register },
  { ...basics, method: 'GET', path: '/2/webhooks', answer: list },
  { ...basics, method: 'POST', path: '/2/webhooks/replay', answer: replay },
  { ...basics, method: 'PUT', path: '/2/webhooks/:webhook_id', answer: validate },
  { ...basics, method: 'DELETE', path: '/2/webhooks/:webhook_id', answer: remove },
]

async function register(call: XCall): Promise<EmulatorAnswer> {
  const { request, state, settings, now } = call
  const schema = {
    type: 'object',
    required: ['url'],
    fields: { url: { type: 'string', lengthMin: 1, lengthMax: urlLengthMax } },
  } as const
  const violations = checkBody(schema, request.json)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const url = String(toRecord(request.json).url)
  if (!isAllowed(url, settings.webhookUrls)) return refuse(call, 'UrlValidationFailed')
  if (state.webhooks.some((webhook) => webhook.url === url)) return refuse(call, 'DuplicateUrlFailed')
  if (state.webhooks.length >= settings.webhooksMax) return refuse(call, 'WebhookLimitExceeded')
  if ((await challenge(call, url)) !== 'passed') return refuse(call, 'CrcValidationFailed')
  const webhook = { id: mintId(state, now), url, createdAt: now, valid: true, checkedAt: now }
  state.webhooks.push(webhook)
  return { status: 200, json: { data: toObject(webhook) } }
}

function list({ state }: XCall): EmulatorAnswer {
  const data = state.webhooks.map(toObject)
  return { status: 200, json: { ...(data.length > 0 ? { data } : {}), meta: { result_count: data.length } } }
}

async function validate(call: XCall): Promise<EmulatorAnswer> {
  const webhook = find(call)
  if (!webhook) return refuse(call, 'WebhookIdInvalid')
  const isRight = (await challenge(call, webhook.url)) === 'passed'
  webhook.valid = isRight
  if (!isRight) return refuse(call, 'CrcValidationFailed')
  webhook.checkedAt = call.now
  return { status: 200, json: { data: { valid: true } } }
}

/** Its subscriptions stay, and go to nobody. */
function remove(call: XCall): EmulatorAnswer {
  const { state } = call
  const webhook = find(call)
  if (!webhook) return refuse(call, 'WebhookIdInvalid')
  state.webhooks = state.webhooks.filter((candidate) => candidate !== webhook)
  state.deliveries = state.deliveries.filter(({ webhookId }) => webhookId !== webhook.id)
  for (const subscription of state.subscriptions) {
    if (subscription.webhookId === webhook.id) subscription.webhookId = null
  }
  return { status: 200, json: { data: { deleted: true } } }
}

/** Sends once more what was told between two minutes, both included. */
function replay(call: XCall): EmulatorAnswer {
  const { request, state, settings, now } = call
  const minute = { type: 'string', pattern: /^[0-9]{12}$/ } as const
  const schema = {
    type: 'object',
    required: ['webhook_id', 'from_date', 'to_date'],
    fields: { webhook_id: idSchema, from_date: minute, to_date: minute },
  } as const
  const violations = checkBody(schema, request.json)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const body = toRecord(request.json)
  const webhook = state.webhooks.find(({ id }) => id === body.webhook_id)
  if (!webhook) return refuse(call, 'WebhookIdInvalid')
  const [from, to] = [toMoment(String(body.from_date)), toMoment(String(body.to_date)) + 59_999]
  const wanted = state.events.filter(({ webhookId, at }) => webhookId === webhook.id && at >= from && at <= to)
  for (const event of wanted) state.deliveries.push({ ...event, attempts: 0, nextAttemptAt: now })
  return { status: 200, json: { data: { job_id: mintId(state, now), created_at: new Date(now).toISOString() } } }
}

/** `202612011200` in UTC. */
function toMoment(text: string): number {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
}

function find({ request, state }: XCall): XWebhook | undefined {
  return state.webhooks.find(({ id }) => id === request.params.webhook_id)
}

function toObject({ id, url, valid, createdAt }: XWebhook) {
  return { id, url, valid, created_at: new Date(createdAt).toISOString() }
}

function isAllowed(text: string, allowed: 'local_too' | 'public_only'): boolean {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return false
  return allowed === 'local_too' || (url.protocol === 'https:' && url.port === '')
}

/** The envelope around the reason is not documented. */
function refuse({ settings }: XCall, reason: string): EmulatorAnswer {
  if (settings.webhookRefusal === 'blank') return answerBlank(400, 'Bad Request', reason)
  const type = toProblemType(settings, 'invalid-request')
  return {
    status: 400,
    json: { errors: [{ message: reason }], title: 'Invalid Request', detail: reason, type, reason },
  }
}
