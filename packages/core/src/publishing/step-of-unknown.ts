import type { Hold } from '../model/hold.ts'
import type { PartRecord } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { firstHold, lookFailing, passingHold } from './holding.ts'
import { isBlocking } from './part-state.ts'
import { findRateHold } from './rate-hold.ts'
import { earliest, move, type Situation, type Step, waitUntil } from './step.ts'
import { KEY_MARGIN_MS, LEASE_MARGIN_MS } from './timing.ts'

/** What a part does whose write may have worked: it is repeated where the platform would recognise it, else looked for. */
export function stepOfUnknown(situation: Situation, part: PartRecord): Step {
  const { publication, conditions, now } = situation
  const { abilities } = conditions
  if (part.unusedAt !== null) return stepOfUnused(situation, part)
  if (keyAlive(part, abilities, now)) {
    if (part.nextLookAt !== null && part.nextLookAt > now) return waitUntil(part.nextLookAt)
    const hold = repetitionHold(situation, part)
    return hold
      ? waitUntil(earliest(hold.until, keyEnd(part, abilities)), handleOpen(hold))
      : { do: 'publish', part: part.index, from: 'unknown' }
  }
  if (!abilities.finds) return move({ kind: 'horizon', part: part.index })
  if (part.nextLookAt !== null && part.nextLookAt > now)
    return waitUntil(part.nextLookAt, lookFailing(publication.hold))
  return { do: 'look', part: part.index }
}

/** The handle lives and was not used: it allows a new attempt with the same handle, nothing else (rule 2). */
function stepOfUnused(situation: Situation, part: PartRecord): Step {
  const { publication, conditions, now } = situation
  const { abilities } = conditions
  const unusedAt = part.unusedAt ?? now
  const ended = Math.max(...part.attempts.filter(isBlocking).map((attempt) => attempt.endedAt ?? attempt.leaseUntil))
  const settled = abilities.settledAfterMs !== null && unusedAt > ended + abilities.settledAfterMs
  const unwanted = publication.cancelRequestedAt !== null || now >= publication.latestBy
  if (unwanted && settled) return move({ kind: 'absent', part: part.index })
  const hold = repetitionHold(situation, part)
  const expiresAt = part.attempts.findLast(isBlocking)?.uploadsExpireAt ?? null
  const outlives = expiresAt === null || expiresAt > now + abilities.publishTimeoutMs + LEASE_MARGIN_MS
  if (!hold && outlives) return { do: 'publish', part: part.index, from: 'unknown' }
  if (part.nextLookAt !== null && part.nextLookAt > now)
    return waitUntil(earliest(part.nextLookAt, hold?.until ?? null), handleOpen(hold))
  return { do: 'look', part: part.index }
}

/** What stops a repetition: a cancel, a switch or limit, or the distance to a refusal that passes. */
const repetitionHold = ({ publication, conditions, now }: Situation, part: PartRecord): Hold | null =>
  publication.cancelRequestedAt !== null
    ? canceling()
    : (firstHold(conditions, now) ??
      passingHold(publication, part, now) ??
      findRateHold(conditions.windows, 'publish', now))

const canceling = (): Hold => ({
  reason: 'handle_open',
  scope: 'post',
  until: null,
  message: 'Canceled as soon as the platform shows that the post cannot appear any more.',
})

function handleOpen(hold: Hold | null): Hold {
  const why = hold && hold.reason !== 'handle_open' ? ` (${hold.message})` : ''
  return {
    reason: 'handle_open',
    scope: 'post',
    until: hold?.until ?? null,
    message: `The earlier write could still appear; nothing is sent again for now${why}.`,
  }
}

function keyEnd(part: PartRecord, abilities: Abilities): number | null {
  if (abilities.idempotentForMs === null) return null
  const open = part.attempts.filter(isBlocking)
  const key = open[0]?.key
  const first = Math.min(...part.attempts.filter((attempt) => attempt.key === key).map((attempt) => attempt.startedAt))
  return first + abilities.idempotentForMs - KEY_MARGIN_MS
}

/** Whether a repetition with the same key would still be recognised by the platform. */
function keyAlive(part: PartRecord, abilities: Abilities, now: number): boolean {
  const end = keyEnd(part, abilities)
  return end !== null && now + abilities.publishTimeoutMs < end
}
