import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type AppCredentials,
  type ParsedWebhook,
  PlatformError,
  Secret,
  type WebhookEvent,
  type WebhookRequest,
} from '@ofm-social/core'
import * as z from 'zod'
import { parseLargeIds } from './parse-large-ids.ts'
import { isSignedBy, listSigningSecrets } from './signatures.ts'
import { parseSignedRequest, readSignedRequest } from './signed-request.ts'

const idSchema = z.union([z.string(), z.number()]).transform(String)
const changeSchema = z.object({ field: z.string(), value: z.unknown().optional() })
const messageSchema = z.looseObject({ timestamp: z.number().nullish() })
const entrySchema = z.looseObject({
  id: idSchema,
  time: z.number().nullish(),
  changes: z.array(changeSchema).nullish(),
  messaging: z.array(messageSchema).nullish(),
  /** One page of examples prints the change in the entry itself. */
  field: z.string().nullish(),
  value: z.unknown().optional(),
})
const deliverySchema = z.object({ object: z.literal('instagram'), entry: z.array(entrySchema) })
/** The same page wraps the whole in an array. */
const bodySchema = z.union([deliverySchema.transform((one) => [one]), z.array(deliverySchema)])
const namedSchema = z.object({ id: idSchema })

type Entry = z.infer<typeof entrySchema>

/**
 * Answers Meta's verification (`webhookVerifyToken` of the app), and verifies deliveries and callbacks by their raw bytes and the app's secret.
 *
 * @throws {PlatformError} `misconfigured` without what is needed for it.
 * @see https://developers.facebook.com/documentation/instagram-platform/webhooks
 */
export function parseWebhook(request: WebhookRequest, app: AppCredentials): ParsedWebhook {
  if (request.method === 'GET') return answerChallenge(request, app)
  const signed = readSignedRequest(request)
  if (signed !== undefined) return parseSignedRequest(signed, request, app)
  const [, hex = ''] = /^sha256=([0-9a-f]{64})$/i.exec(request.headers['x-hub-signature-256'] ?? '') ?? []
  if (!isSignedBy(listSigningSecrets(app), request.body, Buffer.from(hex, 'hex'))) {
    return { answer: { status: 401 }, events: [] }
  }
  const body = bodySchema.safeParse(parseLargeIds(request.body))
  if (!body.success) return { answer: { status: 400 }, events: [] }
  return { answer: { status: 200 }, events: body.data.flatMap(({ entry }) => entry.flatMap(toEvents)) }
}

function answerChallenge({ query }: WebhookRequest, app: AppCredentials): ParsedWebhook {
  const challenge = query.get('hub.challenge')
  const asks = query.get('hub.mode') === 'subscribe' && challenge !== null
  if (!asks || !isSame(query.get('hub.verify_token') ?? '', readVerifyToken(app)))
    return { answer: { status: 403 }, events: [] }
  return { answer: { status: 200, headers: { 'content-type': 'text/plain' }, body: challenge }, events: [] }
}

function readVerifyToken({ webhookVerifyToken: token }: AppCredentials): string {
  if (token instanceof Secret) return token.reveal()
  if (typeof token === 'string' && token !== '') return token
  const message = 'Meta verifies the webhook address by a word of your own; set it as webhookVerifyToken of the app.'
  throw new PlatformError({ code: 'misconfigured', message })
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

/** Instagram tells of no post that appeared or went: everything goes on under its own name. */
function toEvents(entry: Entry): readonly WebhookEvent[] {
  const direct = entry.field == null ? [] : [{ field: entry.field, value: entry.value }]
  const changes = [...(entry.changes ?? []), ...direct].map(({ field, value }) =>
    // Seconds here, milliseconds with messages.
    toEvent(entry, { name: field, payload: value, at: entry.time == null ? undefined : entry.time * 1000 }),
  )
  const messages = (entry.messaging ?? []).map((message) =>
    toEvent(entry, { name: 'messaging', payload: message, at: message.timestamp ?? entry.time ?? undefined }),
  )
  return [...changes, ...messages]
}

function toEvent(
  { id: accountExternalId }: Entry,
  { name, payload, at }: { name: string; payload: unknown; at: number | undefined },
): WebhookEvent {
  const named = namedSchema.safeParse(payload).data?.id
  const id =
    named ??
    createHash('sha256')
      .update(JSON.stringify([accountExternalId, payload, at]))
      .digest('hex')
  return { id: `${name}:${id}`, accountExternalId, ...(at === undefined ? {} : { at }), type: 'other', name, payload }
}
