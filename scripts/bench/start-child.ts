import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A script beside this one in a process of its own. */
export interface Child {
  send(message: object): void
  /** The next message that nobody has read yet. */
  next<Message>(): Promise<Message>
  stop(): Promise<void>
}

export interface ChildOptions {
  /** Gives the child `globalThis.gc`. */
  readonly gc?: true
  /** A script that runs before. */
  readonly preload?: string
  readonly environment?: Readonly<Record<string, string>>
  /** Of Node, beside what every child gets. */
  readonly flags?: readonly string[]
}

/** Starts a script with Node's IPC channel; the path is relative to this folder. */
export function startChild(script: string, { gc, preload, environment, flags = [] }: ChildOptions = {}): Child {
  const execArgv = ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source', ...flags]
  if (gc) execArgv.push('--expose-gc')
  if (preload) execArgv.push(`--import=${join(import.meta.dirname, preload)}`)
  const child = fork(join(import.meta.dirname, script), {
    execArgv,
    env: environment ? { ...pickEnvironment(), ...environment } : process.env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const unread: unknown[] = []
  let take: (() => void) | undefined
  child.on('message', (message) => {
    unread.push(message)
    take?.()
  })
  const exited = once(child, 'exit')
  return {
    send: (message) => void child.send(message),
    async next<Message>() {
      while (unread.length === 0) {
        const arrived = new Promise<void>((resolve) => {
          take = resolve
        })
        const ended = await Promise.race([arrived, exited])
        if (ended && unread.length === 0) throw new Error(`${script} ended before it answered.`)
      }
      return unread.shift() as Message
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

/** Nothing of the caller's settings reaches a process whose settings are given. */
function pickEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}
