import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { FaultEngine } from './fault-engine.ts'

const STOP_MAX_MS = 180_000

/** An engine in a process of its own. The next process is always loading, so that a restart is quick. */
export function createForkedEngine(script: string, task: object): FaultEngine {
  let spare = load(script)
  let running: ChildProcess | undefined
  return {
    async start() {
      running = spare
      spare = load(script)
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
      if (running) await endSoon(running)
      running = undefined
    },
  }
}

function load(script: string): ChildProcess {
  return fork(script, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function failWhenEnded(child: ChildProcess): Promise<never> {
  await once(child, 'exit')
  throw new Error('The engine ended before it began.')
}

/** In order, as long as that is a matter of minutes. */
async function endSoon(child: ChildProcess): Promise<void> {
  const forcing = setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS)
  await end(child, 'SIGTERM')
  clearTimeout(forcing)
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
