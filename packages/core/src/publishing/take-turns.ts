import type { Hold } from '../model/hold.ts'
import type { PublicationRecord } from '../model/publication.ts'
import { LATE_MS, TURN_GRACE_MS } from './timing.ts'

/** Late, or released by a resume: such posts of an account go out in the order in which they were due, with a distance. */
export const isLate = ({ spaced, dueAt }: PublicationRecord, now: number): boolean => spaced || now > dueAt + LATE_MS

/**
 * Whether another post of the account, which has not begun either, goes out before a late one. What is held for anything but its turn, or does not take
 * its turn, keeps nobody back; what has not said yet whether it can go keeps others back for one turn.
 */
export function isAhead(other: PublicationRecord, mine: PublicationRecord, now: number): boolean {
  const begins = other.state === 'scheduled' || other.state === 'ready'
  if (!begins || other.cancelRequestedAt !== null || other.latestBy <= now || !isEarlier(other, mine)) return false
  const { hold } = other
  if (hold?.reason === 'spacing') return (hold.until ?? 0) > now - TURN_GRACE_MS
  return !isHeldAlone(hold, now) && !hasWaited(mine, now)
}

/** A pause and a connection are the whole account's: if they still held, they would hold the one that asks as well. */
const isHeldAlone = (hold: Hold | null, now: number): boolean =>
  hold !== null && hold.reason !== 'paused' && hold.reason !== 'connection' && (hold.until === null || hold.until > now)

const isEarlier = (other: PublicationRecord, mine: PublicationRecord): boolean =>
  other.dueAt < mine.dueAt || (other.dueAt === mine.dueAt && other.id < mine.id)

const hasWaited = ({ hold }: PublicationRecord, now: number): boolean =>
  hold?.reason === 'spacing' && hold.until !== null && hold.until <= now
