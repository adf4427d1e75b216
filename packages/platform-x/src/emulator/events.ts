import type { Charge } from './charges.ts'
import type { XCall } from './endpoint.ts'
import { bill } from './ledger.ts'
import type { XUser } from './state.ts'

type Members = Readonly<Record<string, unknown>>

/** Something that happened to a user. */
export interface Happening {
  /** `post.create` */
  readonly eventType: string
  readonly user: XUser
  readonly payload: Members
}

/** What telling needs to know. */
export type Telling = Pick<XCall, 'state' | 'settings' | 'now' | 'context'>

/** Puts an event into the post for every subscription that it concerns: https://docs.x.com/x-api/activity/event-payloads */
export function tell(call: Telling, { eventType, user, payload }: Happening): void {
  const { state, settings } = call
  if (settings.protectedAccounts.includes(user.username)) return
  for (const { filter, tag, webhookId, eventType: wanted } of state.subscriptions) {
    if (wanted !== eventType || filter.user_id !== user.id || webhookId === null) continue
    const bare = { id: user.id, name: user.name, username: user.username }
    const users = [settings.eventUsers === 'wrapped' ? { data: bare } : bare]
    const members = { filter, event_type: eventType, ...(tag === null ? {} : { tag }) }
    post(call, webhookId, { ...members, payload: doubleIntegers(payload), includes: { users } })
    bill(state, settings, [toCharge(eventType)], call.now)
  }
}

/** The event of the app itself: a user took its permission away. */
export function tellRevoked(call: Telling, user: XUser): void {
  const { state, settings, now } = call
  if (settings.revokeEvents === 'nobody') return
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, '+00:00')
  const payload = { date_time: time, user_id: user.id, app_id: state.app.id }
  const event = { event_type: 'oauth.revoke', payload }
  if (settings.revokeEvents === 'every_webhook') {
    for (const { id } of state.webhooks) post(call, id, { filter: {}, ...event })
    return
  }
  for (const { eventType, filter, webhookId, tag } of state.subscriptions) {
    const isTheirs = filter.user_id === undefined || filter.user_id === user.id
    if (eventType !== 'oauth.revoke' || webhookId === null || !isTheirs) continue
    post(call, webhookId, { filter, ...event, ...(tag === null ? {} : { tag }) })
  }
}

function post({ state, settings, now, context }: Telling, webhookId: string, data: Members): void {
  const uuid = String(Buffer.from(context.random(8)).readBigInt64BE())
  const event = { webhookId, body: JSON.stringify({ data: { event_uuid: uuid, ...data } }), at: now }
  state.events.push(event)
  for (let copy = 0; copy < settings.deliveryCopies; copy += 1) {
    state.deliveries.push({ ...event, attempts: 0, nextAttemptAt: now })
  }
}

function toCharge(eventType: string): Charge {
  const family = eventType.split('.')[0]
  return { key: eventType === 'post.delete' ? 'event.post.delete' : `event.${family}` }
}

/** Beside every integer X writes it as text, for readers that lose digits. */
function doubleIntegers(value: Members): Members {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
      if (Number.isInteger(member))
        return [
          [name, member],
          [`${name}_str`, String(member)],
        ]
      return [[name, isMembers(member) ? doubleIntegers(member) : member]]
    }),
  )
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
