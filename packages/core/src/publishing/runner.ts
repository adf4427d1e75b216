import type { PublicationId } from '../model/ids.ts'
import type { Advance } from './advance.ts'
import { nameError } from './name-error.ts'
import type { PublishingStore } from './publishing-store.ts'
import { runTick } from './run-tick.ts'
import { type Concurrency, createWorkSlots, type DueWork } from './work-slots.ts'

export interface RunnerDependencies {
  readonly store: Pick<PublishingStore, 'readDue'>
  readonly advance: Advance
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly concurrency: Concurrency
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

/** Runs what is due in this process. Leases make it safe beside other runners and Temporal. */
export interface Runner {
  start(): void
  /** Something may be due now. */
  wake(): void
  /** No new work; aborts preparations, waits for writes, at most so long. */
  stop(graceMs: number): Promise<void>
  /** Runs what is due now for at most so long; beside a running runner as well. */
  tick(maxMs: number): Promise<{ readonly advanced: number; readonly nextDueInMs: number | null }>
}

/** Posts of other processes and of the host's own transactions are noticed within this time. */
const POLL_MS = 1_000
/** Shortest useful wait, so that a due time a moment ahead does not spin. */
const WAIT_MIN_MS = 5
/** While what is known to be due takes all the room, what else is due is asked this often. */
const READ_EVERY_MS = 50
/** After a failing database. */
const FAILING_POLL_MS = 5_000

export function createRunner(dependencies: RunnerDependencies): Runner {
  const { store, advance, monotonic, after, concurrency, log } = dependencies
  const slots = createWorkSlots(concurrency)
  /** What has just failed without a word in the database: left alone for a while, so that it does not spin. */
  const resting = new Map<PublicationId, () => void>()
  let state: 'idle' | 'running' | 'stopping' = 'idle'
  let stopping = new AbortController()
  let pumping: Promise<void> | undefined
  let again = false
  /** Was due at the last look and had no room. Whoever else takes it meanwhile, its lease tells. */
  let backlog: readonly DueWork[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let cancelTimer = (): void => undefined

  const rest = (id: PublicationId): void => {
    if (state !== 'running') return
    const awake = (): void => {
      resting.delete(id)
      pump()
    }
    resting.set(id, after(FAILING_POLL_MS, awake))
  }

  const run = async ({ agencyId, publicationId }: DueWork): Promise<void> => {
    const key = { agencyId, publicationId }
    try {
      for (;;) {
        const result = await advance(publicationId, { key, signal: stopping.signal })
        if (result.waitMs !== 0 || state !== 'running') return
      }
    } catch (error) {
      rest(publicationId)
      log({
        level: 'error',
        message: 'advancing failed; its lease ends by itself',
        publicationId,
        error: nameError(error),
      })
    }
  }

  /** Begins what has room; the rest is kept for when there is. */
  const begin = (items: readonly DueWork[]): number => {
    let begun = 0
    backlog = items.filter((item) => {
      if (state !== 'running' || resting.has(item.publicationId) || slots.has(item)) return false
      if (!slots.hasRoom(item)) return true
      void slots.occupy(item, run(item)).then(pump)
      begun += 1
      return false
    })
    return begun
  }

  const fill = async (): Promise<number> => {
    for (;;) {
      if (slots.size >= concurrency.total || state !== 'running') return POLL_MS
      const begunOfBacklog = begin(backlog)
      const restMs = readAt + READ_EVERY_MS - monotonic()
      if (begunOfBacklog > 0 && restMs > 0) return restMs
      readAt = monotonic()
      const limit = concurrency.total + resting.size
      const { due, nextDueInMs } = await store.readDue({ limit, ...slots.full() })
      const known = new Set(backlog.map(({ publicationId }) => publicationId))
      const begun = begin([...backlog, ...due.filter(({ publicationId }) => !known.has(publicationId))].slice(0, limit))
      if (begun === 0 || due.length < limit) return Math.max(WAIT_MIN_MS, Math.min(nextDueInMs ?? POLL_MS, POLL_MS))
    }
  }

  const pump = (): void => {
    if (state !== 'running') return
    if (pumping) {
      again = true
      return
    }
    cancelTimer()
    pumping = fill()
      .catch((error: unknown) => {
        log({ level: 'error', message: 'due work could not be read', error: nameError(error) })
        return FAILING_POLL_MS
      })
      .then((waitMs) => {
        pumping = undefined
        if (state !== 'running') return
        if (again) {
          again = false
          pump()
        } else cancelTimer = after(waitMs, pump)
      })
  }

  return {
    start() {
      if (state === 'running') return
      state = 'running'
      stopping = new AbortController()
      pump()
    },
    wake: pump,
    async stop(graceMs) {
      if (state === 'idle') return
      state = 'stopping'
      cancelTimer()
      for (const cancel of resting.values()) cancel()
      resting.clear()
      stopping.abort(new Error('shutting down'))
      let endGrace = (): void => undefined
      const grace = new Promise<void>((resolve) => {
        endGrace = after(graceMs, resolve)
      })
      await Promise.race([grace, Promise.all([pumping, ...slots.running()])])
      endGrace()
      if (state === 'stopping') state = 'idle'
    },
    tick: (maxMs) => runTick(dependencies, maxMs),
  }
}
