import type { Resting } from './resting.ts'
import type { RunnerDependencies } from './runner.ts'
import type { DueWork, WorkSlots } from './work-slots.ts'

/** Posts of other processes and of the host's own transactions are noticed within this time. */
const POLL_MS = 1_000
/** Shortest useful wait, so that a due time a moment ahead does not spin. */
const WAIT_MIN_MS = 5
/** While what is known to be due takes all the room, what else is due is asked this often. */
const READ_EVERY_MS = 50

interface FillDependencies extends Pick<RunnerDependencies, 'store' | 'monotonic' | 'concurrency'> {
  readonly slots: WorkSlots
  readonly isRunning: () => boolean
  readonly resting: Resting
  /** Begins a piece of work, which occupies its slot at once. */
  readonly begin: (work: DueWork) => void
}

/** Begins what is due and has room. Answers after how many milliseconds another look is worth it. */
export function createFillSlots(dependencies: FillDependencies): () => Promise<number> {
  const { store, monotonic, concurrency, slots, isRunning, resting, begin } = dependencies
  /** Was due at the last look and had no room. Whoever else takes it meanwhile, its lease tells. */
  let backlog: readonly DueWork[] = []
  let readAt = Number.NEGATIVE_INFINITY

  /** Begins what has room; the rest is kept for when there is. */
  const beginAll = (items: readonly DueWork[]): number => {
    let begun = 0
    backlog = items.filter((item) => {
      if (!isRunning() || resting.has(item.publicationId) || slots.has(item)) return false
      if (!slots.hasRoom(item)) return true
      begin(item)
      begun += 1
      return false
    })
    return begun
  }

  return async () => {
    for (;;) {
      if (slots.size >= concurrency.total || !isRunning()) return POLL_MS
      const begunOfBacklog = beginAll(backlog)
      const restMs = readAt + READ_EVERY_MS - monotonic()
      if (begunOfBacklog > 0 && restMs > 0) return restMs
      readAt = monotonic()
      const limit = concurrency.total + resting.size
      const { due, nextDueInMs } = await store.readDue({ limit, ...slots.full() })
      const known = new Set(backlog.map(({ publicationId }) => publicationId))
      const unknown = due.filter(({ publicationId }) => !known.has(publicationId))
      const begun = beginAll([...backlog, ...unknown].slice(0, limit))
      if (begun === 0 || due.length < limit) return Math.max(WAIT_MIN_MS, Math.min(nextDueInMs ?? POLL_MS, POLL_MS))
    }
  }
}
