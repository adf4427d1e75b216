import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Confirmations } from './judge-torture.ts'
import type { TortureDatabase } from './torture-database.ts'
import type { WorkerReport, WorkerTask } from './torture-message.ts'

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
  /** Killed before it did anything a process proves nothing, and where opening takes long nothing would ever be done. */
  const atWork = new Set<ChildProcess>()
  const ending = new Set<ChildProcess>()
  let operations = 0
  let started = 0
  let heard = () => {}
  const start = () => {
    const child = fork(join(import.meta.dirname, 'torture-worker.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source'],
    })
    child.on('message', (message) => {
      const report = message as WorkerReport
      operations += report.operations
      atWork.add(child)
      for (const confirmation of report.confirmations) confirmations.add(confirmation)
      if (report.failure) failures.push(report.failure)
      heard()
    })
    child.once('exit', (code, signal) => {
      if (!ending.has(child)) failures.push(`A worker ended by itself: ${code ?? signal}.`)
      heard()
    })
    const task: WorkerTask = {
      target: database.target,
      worker: started,
      seed: seed + started * 7_919,
      ledgers: database.ledgersPerProcess,
      inFlight,
    }
    started += 1
    child.send(task)
    return child
  }
  const end = async (child: ChildProcess, how: (child: ChildProcess) => void) => {
    ending.add(child)
    atWork.delete(child)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    how(child)
    await exited
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
          else silence = setTimeout(giveUp, silenceMsMax)
        }
        const giveUp = () => {
          failures.push(`No operation in ${silenceMsMax / 1_000} s.`)
          resolve()
        }
        heard()
      }),
    async killOne(chance) {
      const place = chance(running.length)
      const child = running[place]
      if (!child || !atWork.has(child)) return false
      await end(child, (living) => living.kill('SIGKILL'))
      running[place] = start()
      return true
    },
    async stop() {
      await Promise.all(running.map((child) => end(child, (living) => living.send('stop'))))
    },
  }
}
