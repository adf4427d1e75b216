import { randomBytes } from 'node:crypto'
import type { IdSource } from './model/ids.ts'
import type { RandomBytes } from './secrets/seal.ts'

/** What core takes from the machine, in one place; tests pass their own. */
export interface Host {
  /** Wall clock in epoch milliseconds: orders ids, decides nothing. */
  readonly now: () => number
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly randomBytes: RandomBytes
  /** Runs once after so many milliseconds; returns how to stop it. Keeps the process alive until then. */
  readonly after: (ms: number, run: () => void) => () => void
  /** A signal that aborts after so many milliseconds. */
  readonly startTimeout: (ms: number) => AbortSignal
}

/** Node's own clock, timers and randomness. */
export const nodeHost: Host = {
  now: () => performance.timeOrigin + performance.now(),
  monotonic: () => performance.now(),
  randomBytes: (size) => randomBytes(size),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
  startTimeout: (ms) => AbortSignal.timeout(ms),
}

/** Ids in the order of the host's clock. */
export const toIdSource = ({ now, randomBytes: bytes }: Host): IdSource => ({
  now: () => Math.floor(now()),
  random: (target) => {
    target.set(bytes(target.length))
    return target
  },
})
