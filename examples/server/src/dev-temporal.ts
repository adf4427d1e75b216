import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { endLeftTemporal, findLeftTemporal, forgetPid, type LeftTemporal, notePid } from './left-temporal.ts'
import { StartError } from './start-error.ts'

/** A Temporal for trying, in a process beside this one. */
export interface DevTemporal {
  readonly address: string
  readonly uiUrl: string
  stop(): Promise<void>
}

const readyTimeoutMs = 120_000
const howToGetOne =
  'Get it with `go install github.com/temporalio/cli/cmd/temporal@v1.5.1` (newer ones: https://docs.temporal.io/cli), ' +
  'or with `.ci/temporal build` in this repository; or name a server that runs with TEMPORAL_ADDRESS.'

/**
 * Starts `temporal server start-dev`; its workflows are found again at the next start. One that an earlier start left behind, because it was killed, is used
 * again. The caller sees to it that one process at a time uses the file.
 *
 * @param options.cliPath Of TEMPORAL_CLI_PATH; null: looked for in `searchPath`, as a shell does.
 * @throws {StartError} Says how to get the program where there is none.
 */
export async function startDevTemporal(options: {
  readonly cliPath: string | null
  readonly searchPath: string
  /** Where its database is kept. */
  readonly file: string
}): Promise<DevTemporal> {
  const left = await findLeftTemporal(options.file)
  if (left && (await isListening(left.port))) return toDevTemporal(left, options.file)
  if (left) await endLeftTemporal(left)
  const program = findProgram(options.cliPath, options.searchPath)
  const [port, uiPort] = [await findFreePort(), await findFreePort()]
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)]
  const child = spawn(program, [...args, '--db-filename', options.file, '--log-level', 'error'], {
    stdio: ['ignore', 'ignore', 'ignore'],
    // Ctrl-C stops this process first, which stops the server when nothing needs it any more.
    detached: true,
  })
  child.once('error', () => undefined)
  const { pid } = child
  if (pid === undefined) throw notStarting(program)
  await notePid(options.file, pid)
  await untilReady(child, port, program)
  return toDevTemporal({ pid, port, uiPort }, options.file)
}

function toDevTemporal(running: LeftTemporal, file: string): DevTemporal {
  return {
    address: `127.0.0.1:${running.port}`,
    uiUrl: `http://127.0.0.1:${running.uiPort}`,
    async stop() {
      await endLeftTemporal(running)
      await forgetPid(file)
    },
  }
}

function findProgram(cliPath: string | null, searchPath: string): string {
  if (cliPath !== null) {
    if (isProgram(cliPath)) return cliPath
    throw new StartError(`TEMPORAL_CLI_PATH names ${cliPath}, which is no program. ${howToGetOne}`)
  }
  const folders = searchPath.split(delimiter).filter(Boolean)
  const found = folders.map((folder) => join(folder, 'temporal')).find(isProgram)
  if (found) return found
  throw new StartError(`There is no program \`temporal\`, neither in TEMPORAL_CLI_PATH nor in PATH. ${howToGetOne}`)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const notStarting = (program: string): StartError =>
  new StartError(
    `The Temporal server of ${program} does not start. If its database is from another version, delete temporal.db in the data folder.`,
  )

/** Its port first: a channel that met a closed port waits a full second before it tries again. */
async function untilReady(child: ChildProcess, port: number, program: string): Promise<void> {
  const end = performance.now() + readyTimeoutMs
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL')
      throw notStarting(program)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new StartError('This machine has no TCP port.')
  return address.port
}
