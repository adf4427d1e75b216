import { nameError } from '../publishing/name-error.ts'
import type { SocialOptions } from '../social.ts'
import type { CollectMetrics } from './collect-metrics.ts'

/** Reads metrics beside the publishing of this process. */
export interface MetricsLoop {
  start(): void
  /** Waits for the read that runs, at most so long. */
  stop(graceMs: number): Promise<void>
}

const WAIT_MIN_MS = 1_000
/** What other processes publish is noticed within this time: the first sample is a quarter of an hour old. */
const WAIT_MAX_MS = 60_000
const TURN_MS = 30_000

export function createMetricsLoop(dependencies: {
  readonly collect: CollectMetrics
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly log: NonNullable<SocialOptions['log']>
}): MetricsLoop {
  const { collect, after, log } = dependencies
  let running = false
  let turn: Promise<void> | undefined
  let cancelTimer = (): void => undefined
  const run = (): void => {
    turn = collect({ maxMs: TURN_MS })
      .then(({ nextDueInMs }) => Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, nextDueInMs ?? WAIT_MAX_MS)))
      .catch((error: unknown) => {
        log({ level: 'error', message: 'metrics could not be collected', error: nameError(error) })
        return WAIT_MAX_MS
      })
      .then((waitMs) => {
        turn = undefined
        if (running) cancelTimer = after(waitMs, run)
      })
  }
  return {
    start() {
      if (running) return
      running = true
      if (!turn) run()
    },
    async stop(graceMs) {
      running = false
      cancelTimer()
      let endGrace = (): void => undefined
      const grace = new Promise<void>((resolve) => {
        endGrace = after(graceMs, resolve)
      })
      await Promise.race([grace, turn])
      endGrace()
    },
  }
}
