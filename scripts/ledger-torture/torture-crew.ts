import type { Confirmations } from './judge-torture.ts'
import type { TortureDatabase } from './torture-database.ts'
import type { WorkerReport } from './torture-message.ts'
import { startTortureProcess } from './torture-process.ts'

/** The processes that work on one database. */
export interface Crew {
  readonly operations: number
  /** Answers that must not be, and workers that ended by themselves. */
  readonly failures: readonly string[]
  /** Waits until all together made so many operations, or something failed. */
  reach(operations: number): Promise<void>
  /** `kill -9` for a worker that has done something, and another in its place. Answers whether there was one. */
  killOne(chance: (below: number) => number): Promise<boolean>
  stop(): Promise<void>
}

const inFlight = 64
/** Longer than any start of a process on a busy machine. */
const silenceMsMax = 180_000

export function startCrew(database: TortureDatabase, seed: number, confirmations: Confirmations): Crew {
  const failures: string[] = []
  let operations = 0
  let started = 0
  let heard = () => {}
  const fail = (failure: string) => {
    failures.push(failure)
    heard()
  }
  const onReport = (report: WorkerReport) => {
    operations += report.operations
    for (const confirmation of report.confirmations) confirmations.add(confirmation)
    if (report.failure) failures.push(report.failure)
    heard()
  }
  const start = () => {
    const { target, ledgersPerProcess: ledgers } = database
    const task = { target, worker: started, seed: seed + started * 7_919, ledgers, inFlight }
    started += 1
    return startTortureProcess(task, { onReport, onLoss: fail })
  }
  const running = Array.from({ length: database.processes }, start)
  return {
    failures,
    get operations() {
      return operations
    },
    reach: (wanted) =>
      new Promise((resolve) => {
        let silence: NodeJS.Timeout
        heard = () => {
          clearTimeout(silence)
          if (operations >= wanted || failures.length > 0) resolve()
          else silence = setTimeout(fail, silenceMsMax, `No operation in ${silenceMsMax / 1_000} s.`)
        }
        heard()
      }),
    async killOne(chance) {
      const place = chance(running.length)
      const worker = running[place]
      if (!worker?.hasWorked) return false
      await worker.end('kill')
      running[place] = start()
      return true
    },
    async stop() {
      await Promise.all(running.map((worker) => worker.end('stop')))
    },
  }
}
