import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemCodeOf } from './start-error.ts'

/** A dev server in a process of its own, which goes on when the one that started it is killed. */
export interface LeftTemporal {
  readonly pid: number
  readonly port: number
  readonly uiPort: number
}

const askEveryMs = 50
const endTimeoutMs = 10_000
const pidFileOf = (file: string): string => `${file}.pid`

export const notePid = (file: string, pid: number): Promise<void> =>
  writeFile(pidFileOf(file), `${pid}\n`, { mode: 0o600 })

export const forgetPid = (file: string): Promise<void> => rm(pidFileOf(file), { force: true })

/** The server of an earlier start that has this database open; undefined when there is none. A later process with the same number is another program. */
export async function findLeftTemporal(file: string): Promise<LeftTemporal | undefined> {
  const pid = Number(await readFile(pidFileOf(file), 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 1) return undefined
  const command = await readCommand(pid)
  if (!command.includes(` --db-filename ${file} `)) return undefined
  const [, port] = / --port (\d+) /.exec(command) ?? []
  const [, uiPort] = / --ui-port (\d+) /.exec(command) ?? []
  return port && uiPort ? { pid, port: Number(port), uiPort: Number(uiPort) } : undefined
}

/** With spaces around each argument; empty when there is no such process. */
async function readCommand(pid: number): Promise<string> {
  const ofLinux = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (ofLinux !== undefined) return ` ${ofLinux.replaceAll('\0', ' ')} `
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  return listed ? ` ${listed.stdout.trim()} ` : ''
}

/** In order; by force when that takes too long. */
export async function endLeftTemporal({ pid }: LeftTemporal): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const endsAt = performance.now() + endTimeoutMs
    for (let sent: NodeJS.Signals | 0 = signal; isAlive(pid, sent); sent = 0) {
      if (performance.now() > endsAt) break
      await new Promise((resolve) => setTimeout(resolve, askEveryMs))
    }
    if (!isAlive(pid, 0)) return
  }
}

function isAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (systemCodeOf(error) === 'ESRCH') return false
    throw error
  }
}
