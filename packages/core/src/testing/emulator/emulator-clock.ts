/** The clock of an emulator: what was injected, plus what was advanced. */
export interface EmulatorClock {
  /** Epoch milliseconds. */
  now(): number
  advancedMs(): number
  advance(ms: number): void
  /** Sets what was advanced, also back. */
  setAdvancedMs(ms: number): void
  /** Resolves `due` once the clock has passed the moment, `dropped` when `dropWaits` was called before. */
  waitUntil(dueAt: number): Promise<'due' | 'dropped'>
  /** Ends every wait; with a reset or at the end. */
  dropWaits(): void
}

interface Wait {
  readonly dueAt: number
  resolve(result: 'due' | 'dropped'): void
}

/** An injected clock moves without telling us: while something waits, it is read this often. */
const readEveryMs = 20

/** @param readNow The injected clock: the wall clock when standalone, one that stands still in tests. */
export function createEmulatorClock(readNow: () => number): EmulatorClock {
  const waits = new Set<Wait>()
  let advancedMs = 0
  let timer: NodeJS.Timeout | undefined
  const now = () => readNow() + advancedMs

  function end(wait: Wait, result: 'due' | 'dropped') {
    waits.delete(wait)
    wait.resolve(result)
  }

  function releaseDue() {
    for (const wait of waits) if (wait.dueAt <= now()) end(wait, 'due')
    clearTimeout(timer)
    timer = waits.size > 0 ? setTimeout(releaseDue, readEveryMs).unref() : undefined
  }

  return {
    now,
    advancedMs: () => advancedMs,
    advance(ms) {
      advancedMs += ms
      releaseDue()
    },
    setAdvancedMs(ms) {
      advancedMs = ms
      releaseDue()
    },
    waitUntil(dueAt) {
      return new Promise((resolve) => {
        waits.add({ dueAt, resolve })
        releaseDue()
      })
    },
    dropWaits() {
      for (const wait of waits) end(wait, 'dropped')
      clearTimeout(timer)
    },
  }
}
