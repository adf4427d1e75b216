import { randomFillSync } from 'node:crypto'

/** What the ledger takes from the machine; tests pass their own. Its clock decides nothing: that is the store's. */
export interface LedgerHost {
  /** Epoch milliseconds: orders ids. */
  readonly now: () => number
  readonly random: (bytes: Uint8Array) => void
  /** Runs once after so many milliseconds; returns how to stop it. Keeps the process alive until then. */
  readonly after: (ms: number, run: () => void) => () => void
  /** Says what nobody asked to be told: the last resort. */
  readonly warn: (message: string) => void
}

export const nodeHost: LedgerHost = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  random: (bytes) => void randomFillSync(bytes),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
  warn: (message) => process.emitWarning(message, 'BudgetWarning'),
}
