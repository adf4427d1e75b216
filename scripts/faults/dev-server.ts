import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { startTemporal } from './start-temporal.ts'

const START_MAX_MS = 600_000
const ANSWER_MS = 30_000

/** A Temporal of one stage, which can be killed and comes back at the same address with what it knew. */
export interface DevServer {
  readonly address: string
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  close(): Promise<void>
}

export async function openDevServer(): Promise<DevServer> {
  startTemporal()
  const program = process.env.TEMPORAL_CLI_PATH ?? 'temporal'
  const folder = await mkdtemp(join(tmpdir(), 'ofm-faults-temporal-'))
  const port = await findFreePort()
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (!child) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    child = undefined
  }
  const server: DevServer = {
    address: `127.0.0.1:${port}`,
    async start() {
      const place = ['--ip', '127.0.0.1', '--port', String(port), '--db-filename', join(folder, 'temporal.db')]
      // What a test wrote need not outlive the machine.
      const fast = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF']
      const soon = ['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"']
      const args = ['server', 'start-dev', '--headless', '--log-level', 'never', ...place, ...fast, ...soon]
      child = spawn(program, args, { stdio: 'ignore' })
      await untilServing(child, `127.0.0.1:${port}`)
    },
    kill,
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** Its namespace comes a moment after its port. */
async function untilServing(child: ChildProcess, address: string): Promise<void> {
  const endsAt = performance.now() + START_MAX_MS
  while (!(await isServing(address))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('Temporal ended before it began.')
    if (performance.now() > endsAt) throw new Error(`Temporal did not begin within ${START_MAX_MS / 1_000} seconds.`)
    await setTimeout(50)
  }
}

async function isServing(address: string): Promise<boolean> {
  const connection = Connection.lazy({ address })
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    )
    return true
  } catch {
    return false
  } finally {
    await connection.close()
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error('No port is free.')
  return address.port
}
