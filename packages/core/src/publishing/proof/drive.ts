import type { PartRecord, PublicationRecord } from '../../model/publication.ts'
import type { Evidence } from '../../platform/outcome.ts'
import type { Abilities } from '../abilities.ts'
import { applyMove } from '../apply-move.ts'
import { nextStep } from '../next-step.ts'
import type { Change, Conditions } from '../publishing-store.ts'
import { recordLook } from '../record-look.ts'
import { type AttemptOutcome, recordOutcome } from '../record-outcome.ts'
import type { StepConditions } from '../step.ts'
import { CONDITIONS, NOW } from './sample-records.ts'

export const changed = (change: Change | null | undefined): Change => {
  if (!change) throw new Error('nothing was changed')
  return change
}

/** What a reader of the history sees of a change. */
export const told = (change: Change) => ({
  transition: change.transition,
  publication: change.publication.state,
  parts: change.publication.parts.map((part) => part.state),
})

export const partOf = (publication: PublicationRecord, index = 0): PartRecord => {
  const part = publication.parts[index]
  if (!part) throw new Error(`no part ${index}`)
  return part
}

/** Carries out the move that `nextStep` decides on. */
export function follow(publication: PublicationRecord, conditions: StepConditions, now = NOW): Change {
  const step = nextStep(publication, conditions, now)
  if (step.do !== 'move') throw new Error(`no move: ${JSON.stringify(step)}`)
  return changed(applyMove(publication, now, { move: step.move, abilities: conditions.abilities }))
}

/** Stores what the last attempt was told, or another one. */
export function answer(
  publication: PublicationRecord,
  outcome: AttemptOutcome,
  abilities: Abilities,
  options: { readonly attempt?: number; readonly part?: number; readonly now?: number } = {},
): Change | null {
  const part = options.part ?? 0
  const attempts = partOf(publication, part).attempts
  const attempt = attempts.find((candidate) => candidate.number === options.attempt) ?? attempts.at(-1)
  return recordOutcome(publication, options.now ?? NOW, {
    part,
    attemptId: attempt?.id ?? '',
    outcome,
    request: null,
    abilities,
  })
}

/** Stores what a look said of an attempt: of the last one, when none is named. */
export function seen(
  publication: PublicationRecord,
  evidence: Evidence,
  abilities: Abilities,
  options: {
    readonly attempt?: number
    readonly begunAt?: number
    readonly rivals?: number
    readonly conditions?: Partial<Conditions>
  } = {},
): Change {
  const attempts = partOf(publication).attempts
  const attempt = attempts.find((candidate) => candidate.number === options.attempt) ?? attempts.at(-1)
  const begunAt = options.begunAt ?? NOW
  return changed(
    recordLook(publication, begunAt, {
      part: 0,
      begunAt,
      looks: [{ attemptId: attempt?.id ?? '', evidence, rivals: options.rivals ?? 0 }],
      abilities,
      conditions: { ...CONDITIONS, ...options.conditions },
    }),
  )
}
