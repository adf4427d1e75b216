/** A point before or after a transaction or a platform call, where a worker can be stopped. */
export interface Crossing {
  readonly worker: number
  readonly label: string
  go(): void
  /** The caller gets an error here; `after` a transaction that is a lost commit. */
  fail(): void
}

/** Lets a test decide which worker goes on next. A crossing that nobody lets go is a crashed or frozen worker. */
export interface Crossings {
  readonly waiting: Crossing[]
  /** Off: everything passes at once. */
  open(): void
  guard<Target extends object>(
    worker: () => number,
    name: string,
    target: Target,
    members: readonly (keyof Target)[],
  ): Target
  /** Lets others run until every worker waits or has ended. */
  rest(workers: ReadonlyMap<number, unknown>): Promise<void>
}

/** A worker that neither waits nor ends by then is a bug that the test shows in another way. */
const TURNS_MAX = 200

/** @param settled Lets what is under way below the crossings end. */
export function createCrossings(settled: () => Promise<void> = async () => undefined): Crossings {
  const waiting: Crossing[] = []
  let passing = false
  const cross = (worker: number, label: string): Promise<void> => {
    if (passing) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const crossing: Crossing = {
        worker,
        label,
        go: () => {
          waiting.splice(waiting.indexOf(crossing), 1)
          resolve()
        },
        fail: () => {
          waiting.splice(waiting.indexOf(crossing), 1)
          reject(new Error(`lost: ${label}`))
        },
      }
      waiting.push(crossing)
    })
  }
  return {
    waiting,
    open() {
      passing = true
    },
    guard<Target extends object>(
      worker: () => number,
      name: string,
      target: Target,
      members: readonly (keyof Target)[],
    ) {
      const guarded: Target = { ...target }
      for (const member of members) {
        const original = target[member]
        if (typeof original !== 'function') continue
        const call = async (...values: unknown[]): Promise<unknown> => {
          const mine = worker()
          await cross(mine, `before ${name}.${String(member)}`)
          const result = await original.apply(target, values)
          await cross(mine, `after ${name}.${String(member)}`)
          return result
        }
        guarded[member] = call as Target[typeof member]
      }
      return guarded
    },
    async rest(workers) {
      for (let turn = 0; turn < TURNS_MAX; turn += 1) {
        await settled()
        if (waiting.length >= workers.size) return
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    },
  }
}
