import { createHash } from 'node:crypto'
import { type AppCredentials, type ParsedWebhook, PlatformError, type WebhookRequest } from '@ofm-social/core'
import * as z from 'zod'
import { parseLargeIds } from './parse-large-ids.ts'
import { isSignedBy, listSigningSecrets } from './signatures.ts'

const payloadSchema = z.object({
  algorithm: z.literal('HMAC-SHA256'),
  user_id: z.union([z.string(), z.number()]).transform(String),
  issued_at: z.number().nullish(),
})

type Payload = z.infer<typeof payloadSchema>

/** Undefined when a request brings none. */
export function readSignedRequest({ headers, body }: WebhookRequest): string | undefined {
  const type = headers['content-type'] ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) return undefined
  return new URLSearchParams(new TextDecoder().decode(body)).get('signed_request') ?? undefined
}

/**
 * Takes the callback for a person who removed the app, or asks for deletion (`?callback=data_deletion` in the address that is given to Meta).
 *
 * @see https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/
 */
export function parseSignedRequest(signed: string, request: WebhookRequest, app: AppCredentials): ParsedWebhook {
  const payload = verify(signed, app)
  if (!payload) return { answer: { status: 401 }, events: [] }
  const isDeletion = request.query.get('callback') === 'data_deletion'
  const name = isDeletion ? 'data_deletion' : 'deauthorize'
  const code = toConfirmationCode(signed)
  const told = {
    id: `${name}:${code}`,
    accountExternalId: payload.user_id,
    ...(payload.issued_at == null ? {} : { at: payload.issued_at * 1000 }),
  }
  if (!isDeletion) return { answer: { status: 200 }, events: [{ ...told, type: 'access_revoked' }] }
  const body = JSON.stringify({ url: toStatusUrl(app, code), confirmation_code: code })
  return {
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body },
    events: [
      { ...told, type: 'access_revoked' },
      { ...told, id: `${told.id}:request`, type: 'other', name, payload: { confirmation_code: code } },
    ],
  }
}

function verify(signed: string, app: AppCredentials): Payload | undefined {
  const [signature = '', encoded = ''] = signed.split('.')
  if (!isSignedBy(listSigningSecrets(app), encoded, Buffer.from(signature, 'base64url'))) return undefined
  return payloadSchema.safeParse(parseLargeIds(Buffer.from(encoded, 'base64url'))).data
}

/** The same request has the same code, however often it comes. */
function toConfirmationCode(signed: string): string {
  return createHash('sha256').update(signed).digest('hex').slice(0, 16)
}

/** A page of the host that says how far the deletion is. */
function toStatusUrl({ dataDeletionUrl }: AppCredentials, code: string): string {
  if (typeof dataDeletionUrl !== 'string' || !URL.canParse(dataDeletionUrl)) {
    const message =
      'Instagram wants to tell people where they see how far a deletion is; set that page as dataDeletionUrl of the app.'
    throw new PlatformError({ code: 'misconfigured', message })
  }
  const url = new URL(dataDeletionUrl)
  url.searchParams.set('code', code)
  return url.href
}
