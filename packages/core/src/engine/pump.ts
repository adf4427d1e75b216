/** Takes one turn of work after another, for as long as it runs: never two at once. */
export interface Pump {
  isRunning(): boolean
  /** Takes a turn at once, also when it runs already. */
  start(): void
  /** There may be work now: a turn at once, or right after the one that is being taken. Nothing while it does not run. */
  wake(): void
  /** No further turn. Answers the one that is being taken. */
  stop(): Promise<void> | undefined
}

export function createPump({
  takeTurn,
  after,
}: {
  /** Never rejects. Answers how long to wait until the next one. */
  readonly takeTurn: () => Promise<number>
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
}): Pump {
  let running = false
  let turn: Promise<void> | undefined
  let again = false
  let cancelTimer = (): void => undefined
  const wake = (): void => {
    if (!running) return
    if (turn) {
      again = true
      return
    }
    cancelTimer()
    turn = takeTurn().then((waitMs) => {
      turn = undefined
      if (!running) return
      if (again) {
        again = false
        wake()
      } else cancelTimer = after(waitMs, wake)
    })
  }
  return {
    isRunning: () => running,
    start() {
      running = true
      wake()
    },
    wake,
    stop() {
      running = false
      cancelTimer()
      return turn
    },
  }
}
