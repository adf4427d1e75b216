import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  type AppCredentials,
  type ParsedWebhook,
  PlatformError,
  Secret,
  type WebhookEvent,
  type WebhookRequest,
} from '@ofm-social/core'
import * as z from 'zod'

const signatureHeader = 'x-twitter-webhooks-signature'

const idSchema = z.union([z.string(), z.number()]).transform(String)
const envelopeSchema = z.object({
  data: z.object({
    event_uuid: idSchema,
    event_type: z.string(),
    filter: z.object({ user_id: idSchema.nullish() }).nullish(),
    payload: z.unknown(),
  }),
})
const postSchema = z.object({ id: z.string(), author_id: z.string().nullish(), created_at: z.string().nullish() })
const revokeSchema = z.object({ user_id: idSchema, date_time: z.string().nullish() })

/**
 * Verifies by the raw bytes and the app's API key secret (`apps: { x: { apiSecret } }`; not the client secret of OAuth 2.0), and answers X's challenge.
 *
 * @throws {PlatformError} `misconfigured` without that secret.
 * @see https://docs.x.com/x-api/webhooks/introduction
 */
export function parseWebhook(request: WebhookRequest, app: AppCredentials): ParsedWebhook {
  const secret = readApiSecret(app)
  if (request.method === 'GET') return answerChallenge(request, secret)
  const given = request.headers[signatureHeader] ?? ''
  if (!isSame(given, `sha256=${sign(secret, request.body)}`)) return { answer: { status: 401 }, events: [] }
  const envelope = envelopeSchema.safeParse(parseJson(request.body))
  return envelope.success
    ? { answer: { status: 200 }, events: [toEvent(envelope.data.data)] }
    : { answer: { status: 400 }, events: [] }
}

function readApiSecret({ apiSecret }: AppCredentials): Secret {
  if (apiSecret instanceof Secret) return apiSecret
  const message = "X signs webhooks with the app's API key secret; set it as apiSecret of the app."
  throw new PlatformError({ code: 'misconfigured', message })
}

/** Anybody may ask, and the answer is what signs an event, too: what could be one is not signed. */
function answerChallenge({ query }: WebhookRequest, secret: Secret): ParsedWebhook {
  const token = query.get('crc_token')
  if (token === null || token.includes('{')) return { answer: { status: 400 }, events: [] }
  const body = JSON.stringify({ response_token: `sha256=${sign(secret, token)}` })
  return { answer: { status: 200, headers: { 'content-type': 'application/json' }, body }, events: [] }
}

const sign = (secret: Secret, content: string | Uint8Array): string =>
  createHmac('sha256', secret.reveal()).update(content).digest('base64')

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** Of X's events those that change what we know; the rest goes on under X's own name. */
function toEvent({
  event_uuid: id,
  event_type: name,
  filter,
  payload,
}: z.infer<typeof envelopeSchema>['data']): WebhookEvent {
  const told = { id, ...(filter?.user_id == null ? {} : { accountExternalId: filter.user_id }) }
  if (name === 'oauth.revoke') {
    const revoked = revokeSchema.safeParse(payload)
    if (revoked.success) {
      const { user_id: accountExternalId, date_time: revokedAt } = revoked.data
      return { ...told, accountExternalId, ...toMoment(revokedAt), type: 'access_revoked' }
    }
  }
  if (name === 'post.create' || name === 'post.delete') {
    const post = postSchema.safeParse(payload)
    if (post.success) {
      const { id: externalId, author_id: author, created_at: createdAt } = post.data
      const owned = author == null ? told : { ...told, accountExternalId: author }
      if (name === 'post.delete') return { ...owned, type: 'post_removed', externalId, by: 'author' }
      return { ...owned, ...toMoment(createdAt), type: 'post_published', externalId }
    }
  }
  return { ...told, type: 'other', name, payload }
}

function toMoment(text: string | null | undefined): { readonly at?: number } {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? {} : { at }
}
