import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { WorkerReport, WorkerTask } from './torture-message.ts'

/** A worker in a process of its own. */
export interface TortureProcess {
  /** Killed before it did anything a process proves nothing, and where opening takes long nothing would ever be done. */
  readonly hasWorked: boolean
  /** `kill -9`, wherever it is, or when it has done what it began. */
  end(how: 'kill' | 'stop'): Promise<void>
}

export interface TortureListener {
  onReport(report: WorkerReport): void
  /** It ended, and nobody had told it to. */
  onLoss(failure: string): void
}

export function startTortureProcess(task: WorkerTask, { onReport, onLoss }: TortureListener): TortureProcess {
  const child = fork(join(import.meta.dirname, 'torture-worker.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source'],
  })
  let hasWorked = false
  let isEnding = false
  child.on('message', (message) => {
    hasWorked = true
    onReport(message as WorkerReport)
  })
  child.once('exit', (code, signal) => {
    if (!isEnding) onLoss(`A worker ended by itself: ${code ?? signal}.`)
  })
  child.send(task)
  return {
    get hasWorked() {
      return hasWorked
    },
    async end(how) {
      isEnding = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      if (how === 'kill') child.kill('SIGKILL')
      else child.send('stop')
      await exited
    },
  }
}
