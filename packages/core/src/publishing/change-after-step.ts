import type { EngineAnswer } from '../engine/engine.ts'
import { toAbilities } from './abilities.ts'
import { AT_ONCE, toChange } from './change.ts'
import { nextStep } from './next-step.ts'
import type { Change, Conditions, Transition } from './publishing-store.ts'
import type { Work, WorkDependencies } from './work-context.ts'

/** Something is left to do. */
export const AGAIN: EngineAnswer = { waitMs: 0 }

interface Stored {
  /** Absent for what counts whoever has the publication in hand by now: an attempt's result. */
  readonly fence?: number
  /** The version that the step knows. */
  readonly version: number
}

/**
 * Stores what a step came to and gives the lease back. Where the step after it would only be to wait or to end, that is stored with it and answered, so that
 * nobody has to claim the publication once more to find it out.
 */
export async function changeAfterStep(
  { store }: WorkDependencies,
  { claim, adapter }: Work,
  { fence, version }: Stored,
  transition: Transition,
): Promise<EngineAnswer> {
  let answer = AGAIN
  const guard = { ...(fence === undefined ? {} : { fence }), release: claim.fence }
  await store.change(claim.key, guard, (publication, now, conditions) => {
    answer = AGAIN
    const change = transition(publication, now, conditions)
    // After another version somebody else may wait for a word: whoever has it in hand now is woken.
    if (!change || publication.version !== version || mayShift(change, conditions)) return change
    const { publication: after } = change
    const step = nextStep(after, { ...conditions, abilities: toAbilities(adapter) }, now)
    if (step.do === 'done') {
      answer = { done: true }
      return join(change, toChange(after, { ...after, hold: null }, { wakeAt: 'done' }))
    }
    if (step.do !== 'wait') return change
    answer = { waitMs: step.until === null ? null : Math.max(0, step.until - now) }
    return join(change, toChange(after, { ...after, hold: step.hold }, { wakeAt: step.until }))
  })
  return answer
}

/** What the change itself does to the conditions shows only once it is stored. */
function mayShift({ wakeAt, sharedHolds, connection }: Change, { lookAlikes }: Conditions): boolean {
  return wakeAt !== AT_ONCE || sharedHolds !== undefined || connection !== undefined || lookAlikes.length > 0
}

const join = (first: Change, then: Change): Change => ({
  ...first,
  publication: then.publication,
  events: [...first.events, ...then.events],
  wakeAt: then.wakeAt,
})
