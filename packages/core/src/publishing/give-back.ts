import type { EngineAnswer } from '../engine/engine.ts'
import { toChange } from './change.ts'
import { AGAIN } from './change-after-step.ts'
import type { Work, WorkDependencies } from './work-context.ts'

/** Gives the lease back without a word about what happened: whoever comes next goes on. */
export async function giveBack({ store }: WorkDependencies, { claim }: Work): Promise<EngineAnswer> {
  const { key, fence } = claim
  await store.change(key, { fence, release: fence }, (publication) => toChange(publication, publication))
  return AGAIN
}
