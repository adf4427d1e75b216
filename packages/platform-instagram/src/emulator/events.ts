import { createHmac } from 'node:crypto'
import { apps, type EmulatedApp } from './apps.ts'
import type { InstagramCall } from './call.ts'
import type { InstagramComment, InstagramLogin, InstagramState, InstagramUser, Media } from './state.ts'
import type { InstagramSettings } from './switches.ts'

/** A comment under media, the account's own included: https://developers.facebook.com/docs/instagram-platform/webhooks/examples */
export function queueCommentEvent(call: InstagramCall, media: Media, comment: InstagramComment): void {
  const { state } = call.context
  const author = state.users.find(({ id }) => id === comment.accountId)
  queueChange(call, media.accountId, {
    field: 'comments',
    value: {
      id: comment.id,
      text: comment.text,
      ...(comment.parentId === null ? {} : { parent_id: comment.parentId }),
      from: { id: comment.accountId, username: author?.username },
      media: { id: media.id, media_product_type: media.product },
    },
  })
}

/** Tells the callbacks that want to hear of it. */
export function queueChange(
  { context, settings }: Pick<InstagramCall, 'context' | 'settings'>,
  accountId: string,
  change: { readonly field: string; readonly value: unknown },
): void {
  const { state, now } = context
  const user = state.users.find(({ id }) => id === accountId)
  if (!user) return
  const time = Math.floor(now / 1000)
  const entry =
    settings.webhookShape === 'changes' ? { id: user.id, time, changes: [change] } : { id: user.id, time, ...change }
  const whole = { object: 'instagram', entry: [entry] }
  const body = escapeUnicode(JSON.stringify(settings.webhookShape === 'changes' ? whole : [whole]))
  for (const { callbackUrl, fields } of listCallbacks(state, user)) {
    if (!fields.includes(change.field) || !isSubscribed(state, { user, field: change.field }, settings)) continue
    const { secret } = toSigningApp(user.login, settings)
    queueDelivery(state, { now, url: callbackUrl, body, signature: sign(secret, body), settings })
  }
}

function listCallbacks(state: InstagramState, { login }: InstagramUser) {
  const appIds = login === 'instagram' ? [apps.instagram.id, apps.facebook.id] : [apps.facebook.id]
  return state.appSubscriptions.filter(({ appId, object }) => appIds.includes(appId) && object === 'instagram')
}

function isSubscribed(
  state: InstagramState,
  { user, field }: { user: InstagramUser; field: string },
  settings: InstagramSettings,
): boolean {
  if (settings.accountSubscription === 'not_needed') return true
  const page = state.pages.find(({ accountId }) => accountId === user.id)
  const ids = [user.id, page?.id]
  return state.accountSubscriptions.some(
    ({ targetId, fields }) => ids.includes(targetId) && (page || fields.includes(field)),
  )
}

/** The app whose secret signs what is said about people of a login. */
export function toSigningApp(login: InstagramLogin, settings: InstagramSettings): EmulatedApp {
  return login === 'instagram' && settings.instagramSigningSecret === 'instagram' ? apps.instagram : apps.facebook
}

/** Appends a request to the app, to be taken by the courier. */
export function queueDelivery(
  state: InstagramState,
  delivery: {
    readonly now: number
    readonly url: string
    readonly body: string
    readonly signature: string | null
    readonly settings: InstagramSettings
  },
): void {
  const { now, settings, ...given } = delivery
  state.deliveries.push({
    ...given,
    contentType: given.signature === null ? 'application/x-www-form-urlencoded' : 'application/json',
    attempts: 0,
    nextAttemptAt: now,
    givenUpAt: now + settings.deliveryLifeMs,
  })
}

function sign(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** Every character beyond ASCII travels as an escape, and so it is signed. */
function escapeUnicode(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
