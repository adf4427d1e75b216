import type { EngineAnswer } from '../engine/engine.ts'
import type { PublicationRecord } from '../model/publication.ts'
import { toChange } from './change.ts'
import { AGAIN } from './change-after-step.ts'
import type { Transition } from './publishing-store.ts'
import type { Work, WorkDependencies } from './work-context.ts'

/** Stores a change under the own fence, and gives the lease back. Null when somebody else has the publication, or nothing changed. */
export function storeAndRelease(
  { store }: WorkDependencies,
  { claim }: Work,
  transition: Transition,
): Promise<PublicationRecord | null> {
  const { key, fence } = claim
  return store.change(key, { fence, release: fence }, transition)
}

/** Gives the lease back without a word about what happened: whoever comes next goes on. */
export async function giveBack(dependencies: WorkDependencies, work: Work): Promise<EngineAnswer> {
  await storeAndRelease(dependencies, work, (publication) => toChange(publication, publication))
  return AGAIN
}
