import { createHmac } from 'node:crypto'
import type { InstagramCall } from './call.ts'
import { queueDelivery, toSigningApp } from './events.ts'
import type { InstagramLogin } from './state.ts'

const lifeSeconds = 3600

/** A text that the app can check: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/ */
export function signRequest(userId: string, secret: string, now: number): string {
  const issuedAt = Math.floor(now / 1000)
  const claims = { algorithm: 'HMAC-SHA256', issued_at: issuedAt, expires: issuedAt + lifeSeconds, user_id: userId }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${createHmac('sha256', secret).update(payload).digest('base64url')}.${payload}`
}

/** Tells the app that a person removed it, or wants their data deleted; nobody, where no address is set. */
export function queueSignedRequest(
  { context, settings }: Pick<InstagramCall, 'context' | 'settings'>,
  person: { readonly login: InstagramLogin; readonly id: string },
  what: 'deauthorize' | 'data_deletion',
): void {
  const url = what === 'deauthorize' ? settings.deauthorizeUrl : settings.dataDeletionUrl
  if (url === '') return
  const { state, now } = context
  const request = signRequest(person.id, toSigningApp(person.login, settings).secret, now)
  const body = new URLSearchParams({ signed_request: request }).toString()
  queueDelivery(state, { now, url, body, signature: null, settings })
}
