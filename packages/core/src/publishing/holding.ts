import { type Hold, UNEXPLAINED_PAUSE } from '../model/hold.ts'
import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Conditions } from './publishing-store.ts'

/** What stops everything but look-ups: the connection, switches, shared limits (S6, S12). */
export function firstHold(conditions: Conditions, now: number): Hold | null {
  if (conditions.connection !== 'active') return connectionHold(conditions)
  const hold = conditions.holds.find(({ until }) => until === null || until > now)
  return hold ? withPerson(hold) : null
}

/** A pause says who asked for it, and what for where that was given. */
function withPerson(hold: Hold): Hold {
  if (hold.reason !== 'paused' || hold.by === undefined) return hold
  const why = hold.message === UNEXPLAINED_PAUSE ? '' : `: ${hold.message}`
  return { ...hold, message: `Paused by ${hold.by}${why}.` }
}

/** In the platform's words, where it said what is missing. */
function connectionHold({ connection, connectionReason, holds }: Conditions): Hold {
  const held = (message: string): Hold => ({ reason: 'connection', scope: 'account', until: null, message })
  if (connection !== 'reconnect') return held('The account is disconnected: connect it again.')
  const permission = holds.find(({ reason }) => reason === 'permission')
  if (permission) return permission
  return held(`Reconnect the account: ${connectionReason ?? 'the connection has expired or was withdrawn.'}`)
}

/** The publication's own reason to wait, while its time has not come. */
export function passingHold(publication: PublicationRecord, part: PartRecord, now: number): Hold | null {
  if (part.notBefore === null || part.notBefore <= now) return null
  const hold = publication.hold ?? {
    reason: 'not_accepted',
    scope: 'post',
    message: 'The platform did not take it; it is sent again.',
    until: null,
  }
  // A budget says when it renews; it is asked again before that, because it may be raised.
  return hold.reason === 'budget' ? hold : { ...hold, until: part.notBefore }
}

/** Why looks do not answer; kept while they are tried again. */
export const lookFailing = (hold: Hold | null): Hold | null =>
  hold?.reason === 'look_failing' || hold?.reason === 'connection' ? hold : null
