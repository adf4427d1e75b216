import { nameError } from '../publishing/name-error.ts'
import type { SocialOptions } from '../social.ts'
import { waitAtMost } from './wait-at-most.ts'

/** Work that falls due beside the publishing of this process. */
export interface DueLoop {
  start(): void
  /** Something may be due: looked at within a second. */
  wake(): void
  /** Waits for the turn that runs, at most so long. */
  stop(graceMs: number): Promise<void>
}

const WAIT_MIN_MS = 1_000
/** What other processes made due is noticed within this time. */
const WAIT_MAX_MS = 60_000
const TURN_MS = 30_000

export function createDueLoop(dependencies: {
  readonly run: (options: { readonly maxMs: number }) => Promise<{ readonly nextDueInMs: number | null }>
  /** For the log, when a turn fails. */
  readonly failure: string
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly log: NonNullable<SocialOptions['log']>
}): DueLoop {
  const { run, failure, after, log } = dependencies
  let running = false
  let woken = false
  let turn: Promise<void> | undefined
  let cancelTimer = (): void => undefined
  const takeTurn = (): void => {
    woken = false
    turn = run({ maxMs: TURN_MS })
      .then(({ nextDueInMs }) => Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, nextDueInMs ?? WAIT_MAX_MS)))
      .catch((error: unknown) => {
        log({ level: 'error', message: failure, error: nameError(error) })
        return WAIT_MAX_MS
      })
      .then((waitMs) => {
        turn = undefined
        if (running) cancelTimer = after(woken ? WAIT_MIN_MS : waitMs, takeTurn)
      })
  }
  return {
    start() {
      if (running) return
      running = true
      if (!turn) takeTurn()
    },
    wake() {
      if (!running || woken) return
      woken = true
      if (turn) return
      cancelTimer()
      cancelTimer = after(WAIT_MIN_MS, takeTurn)
    },
    async stop(graceMs) {
      running = false
      cancelTimer()
      await waitAtMost(graceMs, { work: turn, after })
    },
  }
}
