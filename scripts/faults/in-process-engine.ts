import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EngineTask, FaultEngine } from './fault-engine.ts'

/** The in-process runner in a process of its own. The next process is always loading, so that a restart is quick. */
export function createInProcessEngine(task: EngineTask): FaultEngine {
  let spare = load()
  let running: ChildProcess | undefined
  return {
    async start() {
      running = spare
      spare = load()
      const ready = once(running, 'message')
      running.send(task)
      await Promise.race([ready, failWhenEnded(running)])
    },
    async kill() {
      if (running) await end(running, 'SIGKILL')
      running = undefined
    },
    async stop() {
      await end(spare, 'SIGKILL')
      if (running) await end(running, 'SIGTERM')
      running = undefined
    },
  }
}

function load(): ChildProcess {
  return fork(join(import.meta.dirname, 'run-in-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function failWhenEnded(child: ChildProcess): Promise<never> {
  await once(child, 'exit')
  throw new Error('The engine ended before it began.')
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
