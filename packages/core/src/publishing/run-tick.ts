import type { PublicationId } from '../model/ids.ts'
import { nameError } from './name-error.ts'
import type { RunnerDependencies } from './runner.ts'
import { createWorkSlots, type DueWork } from './work-slots.ts'

/** Runs what is due, each publication as far as it goes, until nothing is or the time is over. Then a preparation or a look is aborted, and a write awaited. */
export async function runTick(
  { store, advance, monotonic, after, concurrency, log }: RunnerDependencies,
  maxMs: number,
): Promise<{ readonly advanced: number; readonly nextDueInMs: number | null }> {
  const end = monotonic() + maxMs
  const ending = new AbortController()
  const stopTimer = after(maxMs, () => ending.abort(new Error('the time of the tick is over')))
  const tried = new Set<PublicationId>()
  const slots = createWorkSlots(concurrency)
  let advanced = 0
  const run = async ({ agencyId, publicationId }: DueWork): Promise<void> => {
    const key = { agencyId, publicationId }
    try {
      while (monotonic() < end) {
        const result = await advance(publicationId, { key, budgetMs: end - monotonic(), signal: ending.signal })
        advanced += 1
        if (result.waitMs !== 0) return
      }
    } catch (error) {
      log({
        level: 'error',
        message: 'advancing failed; its lease ends by itself',
        publicationId,
        error: nameError(error),
      })
    }
  }
  try {
    for (;;) {
      const { due, nextDueInMs } = await store.readDue({ limit: concurrency.total + tried.size, ...slots.full() })
      for (const item of due) {
        if (monotonic() >= end || tried.has(item.publicationId) || !slots.hasRoom(item)) continue
        tried.add(item.publicationId)
        void slots.occupy(item, run(item))
      }
      if (slots.size === 0) return { advanced, nextDueInMs: due.length > 0 ? 0 : nextDueInMs }
      await Promise.race(slots.running())
    }
  } finally {
    stopTimer()
  }
}
