import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import { isFinal } from '../model/publication.ts'
import { toChange, withAttempts, withPart } from './change.ts'
import { NO_PREPARATION } from './fresh-part.ts'
import { hasOpenAttempt, isBlocking, isLive, isOpen } from './part-state.ts'
import type { Change } from './publishing-store.ts'
import { NO_REFUSALS, recordPublished } from './record-outcome.ts'
import { LATEST_BY_MS } from './timing.ts'

/** A command's verdict, given in the transaction that holds the publication's row (S7). */
export type Verdict =
  | { readonly change: Change; readonly refused?: undefined }
  | { readonly refused: Refusal; readonly change?: undefined }

export interface Refusal {
  readonly code: 'too_late' | 'stale_revision' | 'not_allowed' | 'handle_alive'
  readonly message: string
  readonly offers?: readonly string[]
}

const refuse = (code: Refusal['code'], message: string, offers?: readonly string[]): Verdict => ({
  refused: { code, message, ...(offers ? { offers } : {}) },
})
const tooLate = (what: string): Verdict =>
  refuse('too_late', `${what} is too late: a write is out or a part is live.`, ['remove'])

/** An attempt is open (overridden ones too), or a part is live: the content can no longer change (rule 10). */
export function isCommitted(publication: PublicationRecord): boolean {
  return publication.parts.some((part) => isLive(part) || hasOpenAttempt(part))
}

const BEFORE_S2 = ['awaiting_approval', 'scheduled', 'preparing', 'ready', 'publishing'] as const
const isBeforeS2 = (publication: PublicationRecord): boolean => BEFORE_S2.some((state) => state === publication.state)

/** Row 1. */
export function submit(publication: PublicationRecord, _now: number, by: string): Verdict {
  if (publication.state !== 'draft')
    return refuse('not_allowed', `Only a draft can be submitted; this one is ${publication.state}.`)
  return { change: toChange(publication, { ...publication, state: entryState(publication) }, { by, transition: 1 }) }
}

function entryState(publication: PublicationRecord): 'awaiting_approval' | 'scheduled' {
  const approved = publication.approval === 'none' || publication.approvedHash === publication.revisionHash
  return approved ? 'scheduled' : 'awaiting_approval'
}

/** Row 2. Binds to the hash of the revision that the person saw; sets latestBy anew when it would be over soon. */
export function approve(publication: PublicationRecord, now: number, by: string, revisionHash: string): Verdict {
  if (publication.revisionHash !== revisionHash)
    return refuse('stale_revision', 'The post was edited since: read it again and approve that revision.')
  if (publication.approval === 'none') return refuse('not_allowed', 'This post needs no approval.')
  const approved = { ...publication, approvedHash: revisionHash }
  const events = [{ type: 'publication.approved', by, details: { revision: publication.revision } }]
  if (publication.state !== 'awaiting_approval') return { change: toChange(publication, approved, { by, events }) }
  const latestBy = Math.max(publication.latestBy, now + LATEST_BY_MS)
  return { change: toChange(publication, { ...approved, state: 'scheduled', latestBy }, { by, transition: 2, events }) }
}

/** Back to waiting for approval; keeps uploads. */
export function withdrawApproval(publication: PublicationRecord, _now: number, by: string): Verdict {
  if (isCommitted(publication)) return tooLate('Withdrawing the approval')
  if (!isBeforeS2(publication))
    return refuse('not_allowed', `A publication that is ${publication.state} has no approval to withdraw.`)
  return {
    change: toChange(
      publication,
      { ...publication, approval: 'required', approvedHash: null, state: 'awaiting_approval', hold: null },
      { by },
    ),
  }
}

/** What an edit makes of the parts: the new revision's parts, whose uploads and checkpoints are dropped. */
export interface EditedRevision {
  readonly revision: number
  readonly revisionHash: string
  readonly leadMs: number
  readonly parts: readonly PartRecord[]
}

/** Only to what can be sent again: what is canceled, removed or given up stays so. */
function offerRetry({ state }: PublicationRecord): readonly string[] {
  return RETRIED.some((retried) => retried === state) ? ['retry'] : []
}

/** Row 10: a new revision; approval is asked again. */
export function edit(publication: PublicationRecord, _now: number, by: string, edited: EditedRevision): Verdict {
  if (isCommitted(publication)) return tooLate('Editing')
  if (publication.state !== 'draft' && !isBeforeS2(publication))
    return refuse(
      'not_allowed',
      `A publication that is ${publication.state} cannot be edited.`,
      offerRetry(publication),
    )
  const pinned = { ...publication, ...edited, hold: null, reason: null }
  return {
    change: toChange(publication, publication.state === 'draft' ? pinned : { ...pinned, state: entryState(pinned) }, {
      by,
      transition: 10,
      events: [{ type: 'publication.edited', by, details: { from: publication.revision, to: edited.revision } }],
    }),
  }
}

/** Row 11. */
export function reschedule(
  publication: PublicationRecord,
  _now: number,
  by: string,
  time: { readonly dueAt: number; readonly latestBy: number },
): Verdict {
  if (isCommitted(publication)) return tooLate('Rescheduling')
  if (publication.state !== 'draft' && !isBeforeS2(publication))
    return refuse('not_allowed', `A publication that is ${publication.state} cannot be rescheduled.`, ['retry'])
  const moved = { ...publication, ...time, spaced: false, hold: null }
  const state =
    publication.state === 'draft' || publication.state === 'awaiting_approval'
      ? publication.state
      : ('scheduled' as const)
  const events = [{ type: 'publication.rescheduled', by, details: { from: publication.dueAt, to: time.dueAt } }]
  return { change: toChange(publication, { ...moved, state }, { by, transition: 11, events }) }
}

export type CancelVerdict = { readonly result: 'canceled' | 'in_flight' | 'too_late'; readonly change: Change | null }

/** Rows 8, 13 and 14 (rule 11). `keyed`: the platform resolves an unknown outcome by a key, so that finding out means publishing. */
export function cancel(publication: PublicationRecord, now: number, by: string, keyed: boolean): CancelVerdict {
  const open = publication.parts.some(hasOpenAttempt)
  const live = publication.parts.some(isLive)
  const reason = { code: 'canceled', message: 'Canceled before it was sent.' }
  if (publication.state === 'draft' || (isBeforeS2(publication) && !open && !live)) {
    return {
      result: 'canceled',
      change: toChange(publication, { ...publication, state: 'canceled', reason, hold: null }, { by, transition: 8 }),
    }
  }
  if (publication.state === 'canceled') return { result: 'canceled', change: null }
  if (isFinal(publication.state)) return { result: 'too_late', change: null }
  if (open && keyed) return { result: 'too_late', change: null }
  if (!open && live) {
    const rest = { code: 'canceled', message: 'The rest was canceled; what is live stays until it is removed.' }
    return {
      result: 'too_late',
      change: toChange(publication, stopAsking({ ...publication, reason: rest, hold: null }, 'incomplete'), {
        by,
        transition: 15,
      }),
    }
  }
  if (!open)
    return {
      result: 'canceled',
      change: toChange(publication, stopAsking({ ...publication, reason, hold: null }, 'canceled'), {
        by,
        transition: 8,
      }),
    }
  if (publication.cancelRequestedAt !== null) return { result: 'in_flight', change: null }
  return {
    result: 'in_flight',
    change: toChange(
      publication,
      { ...publication, cancelRequestedAt: now },
      { by, transition: 14, events: [{ type: 'publication.cancel_requested', by }] },
    ),
  }
}

/** A part asked a person although nothing is open: canceling answers it. */
function stopAsking(publication: PublicationRecord, state: 'canceled' | 'incomplete'): PublicationRecord {
  const parts = publication.parts.map((part) =>
    part.state === 'needs_attention' ? { ...part, state: 'waiting' as const, reason: null } : part,
  )
  return { ...publication, parts, state }
}

const askingPart = (publication: PublicationRecord): PartRecord | undefined =>
  publication.parts.find((part) => part.state === 'needs_attention')

/** Whether a handle of an open attempt was alive when a look last answered: sending again or giving up is not offered then (rules 13 and 16). */
function handleAlive(part: PartRecord, now: number): boolean {
  return part.attempts.some(
    (attempt) =>
      isBlocking(attempt) &&
      attempt.evidence.findLast(({ kind }) => kind !== 'look_failed')?.kind === 'unused' &&
      (attempt.uploadsExpireAt === null || attempt.uploadsExpireAt > now),
  )
}

/** Row 54: a person saw it. The id must not be bound elsewhere; the database's unique index says so. */
export function confirm(
  publication: PublicationRecord,
  now: number,
  by: string,
  answer: { readonly externalId: string; readonly url?: string; readonly part?: number },
): Verdict {
  const part =
    answer.part === undefined
      ? askingPart(publication)
      : publication.parts.find((candidate) => candidate.index === answer.part)
  if (part?.state !== 'needs_attention')
    return refuse('not_allowed', `Nothing asks for an answer here; the publication is ${publication.state}.`)
  const attempt = part.attempts.findLast(isOpen)
  const entry = { at: now, kind: 'person' as const, looked: `${by} confirmed ${answer.externalId}` }
  if (!attempt) {
    const bound: PartRecord = {
      ...part,
      ...NO_REFUSALS,
      state: 'published',
      externalId: answer.externalId,
      url: answer.url ?? null,
      reason: null,
      looks: 0,
      nextLookAt: null,
    }
    return {
      change: toChange(
        publication,
        withPart({ ...publication, hold: null, reason: null }, part.index, () => bound),
        { by, transition: 54 },
      ),
    }
  }
  const noted = withAttempts(
    part,
    (candidate) => candidate.id === attempt.id,
    (candidate) => ({ ...candidate, evidence: [...candidate.evidence, entry] }),
  )
  const found = { externalId: answer.externalId, ...(answer.url === undefined ? {} : { url: answer.url }) }
  const change = recordPublished(publication, now, { part: noted, attempt, found, transition: 54 })
  return { change: { ...change, events: change.events.map((event) => ({ ...event, by })) } }
}

const RETRIED = ['needs_attention', 'refused', 'missed', 'incomplete'] as const

/** Row 55, and a new run of what ended: continues at the failing part. Old attempts that are open stay open, overridden (rule 15). */
export function retry(publication: PublicationRecord, now: number, by: string): Verdict {
  if (!RETRIED.some((state) => state === publication.state)) {
    return refuse(
      'not_allowed',
      `Only what needs attention, was refused, missed or is incomplete can be sent again; this one is ${publication.state}.`,
    )
  }
  if (publication.parts.every((part) => isLive(part) || part.state === 'removed'))
    return refuse('not_allowed', 'All parts are out.')
  if (publication.parts.some((part) => handleAlive(part, now))) {
    return refuse(
      'handle_alive',
      'The earlier write can still go through on the platform: it goes on by itself, and is not sent a second time.',
    )
  }
  const parts = publication.parts.map((part) => (isLive(part) || part.state === 'removed' ? part : sentAgain(part)))
  const approved = publication.approval === 'none' || publication.approvedHash === publication.revisionHash
  const live = parts.some(isLive)
  const after: PublicationRecord = {
    ...publication,
    parts,
    run: publication.run + 1,
    state: live || parts.some(hasOpenAttempt) ? 'publishing' : approved ? 'scheduled' : 'awaiting_approval',
    latestBy: Math.max(publication.latestBy, now + LATEST_BY_MS),
    cancelRequestedAt: null,
    removeRequestedAt: null,
    hold: null,
    reason: null,
  }
  return { change: toChange(publication, after, { by, transition: 55 }) }
}

function sentAgain(part: PartRecord): PartRecord {
  const overridden = withAttempts(part, isBlocking, (attempt) => ({ ...attempt, overridden: true }))
  return {
    ...overridden,
    ...NO_REFUSALS,
    state: 'waiting',
    repeatedOnce: true,
    parentWaitSince: null,
    unusedAt: null,
    nextLookAt: null,
    reason: null,
    preparation: NO_PREPARATION,
  }
}

/** Row 56. Proof that it is live still moves it to published. */
export function giveUp(publication: PublicationRecord, now: number, by: string): Verdict {
  if (publication.state !== 'needs_attention')
    return refuse('not_allowed', `Only what needs attention can be given up; this one is ${publication.state}.`)
  if (publication.parts.some((part) => handleAlive(part, now))) {
    return refuse(
      'handle_alive',
      'The earlier write can still go through on the platform, so it cannot be given up yet.',
    )
  }
  const parts = publication.parts.map((part) =>
    part.state === 'needs_attention' ? { ...part, state: 'given_up' as const } : part,
  )
  const reason = { code: 'given_up', message: `Given up by ${by}.` }
  return {
    change: toChange(
      publication,
      { ...publication, parts, reason, hold: null, cancelRequestedAt: null },
      { by, transition: 56 },
    ),
  }
}

/** Asks the engine to take live parts off the platform; what has not gone out yet stops. */
export function requestRemoval(publication: PublicationRecord, now: number, by: string): Verdict {
  if (publication.state === 'removed') return refuse('not_allowed', 'It is removed already.')
  if (!publication.parts.some((part) => part.state === 'published'))
    return refuse('not_allowed', 'No part of it is live.', isFinal(publication.state) ? [] : ['cancel'])
  const parts = publication.parts.map((part) =>
    part.state === 'published' ? { ...part, notBefore: null, failures: 0 } : part,
  )
  const stop = isFinal(publication.state) ? {} : { cancelRequestedAt: publication.cancelRequestedAt ?? now }
  const goesOnAgain = isFinal(publication.state) && publication.removeRequestedAt === null
  const run = publication.run + (goesOnAgain ? 1 : 0)
  const after = { ...publication, run, parts, ...stop, removeRequestedAt: now }
  const events = [{ type: 'publication.removal_requested', by }]
  return { change: toChange(publication, after, { by, events }) }
}

/** A resume released it: spacing applies (S12). */
export function release(publication: PublicationRecord, now: number): Change | null {
  if (isFinal(publication.state) || publication.dueAt > now) return null
  return toChange(publication, publication.spaced ? publication : { ...publication, spaced: true })
}
