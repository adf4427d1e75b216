import { createPump } from '../engine/pump.ts'
import { waitAtMost } from '../engine/wait-at-most.ts'
import type { Advance } from './advance.ts'
import { createFillSlots } from './fill-slots.ts'
import { nameError } from './name-error.ts'
import type { PublishingStore } from './publishing-store.ts'
import { createResting } from './resting.ts'
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

/** After a failing database. */
const FAILING_POLL_MS = 5_000

export function createRunner(dependencies: RunnerDependencies): Runner {
  const { advance, after, concurrency, log } = dependencies
  const slots = createWorkSlots(concurrency)
  const resting = createResting({ restMs: FAILING_POLL_MS, after, onRested: () => pump.wake() })
  let state: 'idle' | 'running' | 'stopping' = 'idle'
  let stopping = new AbortController()

  const run = async ({ agencyId, publicationId }: DueWork): Promise<void> => {
    const key = { agencyId, publicationId }
    try {
      for (;;) {
        const result = await advance(publicationId, { key, signal: stopping.signal })
        if (result.waitMs !== 0 || state !== 'running') return
      }
    } catch (error) {
      if (state === 'running') resting.add(publicationId)
      log({
        level: 'error',
        message: 'advancing failed; its lease ends by itself',
        publicationId,
        error: nameError(error),
      })
    }
  }

  const fillSlots = createFillSlots({
    ...dependencies,
    slots,
    resting,
    isRunning: () => state === 'running',
    begin: (work) => void slots.occupy(work, run(work)).then(pump.wake),
  })
  const fillOrLog = (): Promise<number> =>
    fillSlots().catch((error: unknown) => {
      log({ level: 'error', message: 'due work could not be read', error: nameError(error) })
      return FAILING_POLL_MS
    })
  const pump = createPump({ takeTurn: fillOrLog, after })

  return {
    start() {
      if (state === 'running') return
      state = 'running'
      stopping = new AbortController()
      pump.start()
    },
    wake: pump.wake,
    async stop(graceMs) {
      if (state === 'idle') return
      state = 'stopping'
      const turn = pump.stop()
      resting.clear()
      stopping.abort(new Error('shutting down'))
      await waitAtMost(graceMs, { work: Promise.all([turn, ...slots.running()]), after })
      if (state === 'stopping') state = 'idle'
    },
    tick: (maxMs) => runTick(dependencies, maxMs),
  }
}
