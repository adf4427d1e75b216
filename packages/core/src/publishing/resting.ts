import type { PublicationId } from '../model/ids.ts'
import type { RunnerDependencies } from './runner.ts'

/** What has just failed without a word in the database: left alone for a while, so that it does not spin. */
export interface Resting {
  readonly size: number
  has(id: PublicationId): boolean
  add(id: PublicationId): void
  /** Forgets all of it. */
  clear(): void
}

export function createResting({
  restMs,
  after,
  onRested,
}: Pick<RunnerDependencies, 'after'> & { readonly restMs: number; readonly onRested: () => void }): Resting {
  const resting = new Map<PublicationId, () => void>()
  return {
    get size() {
      return resting.size
    },
    has: (id) => resting.has(id),
    add(id) {
      const rested = (): void => {
        resting.delete(id)
        onRested()
      }
      resting.set(id, after(restMs, rested))
    },
    clear() {
      for (const cancel of resting.values()) cancel()
      resting.clear()
    },
  }
}
