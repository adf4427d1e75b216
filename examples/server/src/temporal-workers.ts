import { execFile } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Social } from '@ofm-social/core'
import { runWorkers } from '@ofm-social/temporal/worker'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import type { DataFolder } from './data-folder.ts'
import type { Engine } from './engine.ts'
import type { Log } from './log.ts'
import type { TemporalConfig } from './temporal-config.ts'
import { toConnectionOptions } from './temporal-connection.ts'

const againFirstMs = 1_000
const againMaxMs = 15_000

/** Workers in this process, for as long as it runs: started again when Temporal was away. */
export async function startTemporalWorkers(
  config: TemporalConfig,
  { social, log, folder }: { readonly social: Social; readonly log: Log; readonly folder: DataFolder },
): Promise<Engine> {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message }) => log[level === 'ERROR' ? 'error' : 'info'](message)),
    // The server stops in its own order: requests first.
    shutdownSignals: [],
  })
  const options = await toConnectionOptions(config)
  const codePath = config.parts.includes('workflows') ? await buildWorkflows(folder) : undefined
  const stopping = new AbortController()
  let isReaching: (() => boolean) | undefined
  const runOnce = async (): Promise<void> => {
    const connection = await NativeConnection.connect(options)
    try {
      await runWorkers({
        social,
        connection,
        namespace: config.namespace,
        parts: config.parts,
        ...config.limits,
        ...(codePath === undefined ? {} : { workflowBundle: { codePath } }),
        signal: stopping.signal,
        log: ({ level, message, ...details }) => log[level](details, message),
        onRunning: (running) => {
          isReaching = running.isReaching
        },
      })
    } finally {
      isReaching = undefined
      await connection.close()
    }
  }
  const keepRunning = async (): Promise<void> => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      try {
        await runOnce()
        return
      } catch (error) {
        log.warn({ err: error }, `Temporal at ${config.address} cannot be used yet; posts wait in the database.`)
        await pause(Math.min(againMaxMs, againFirstMs * 2 ** failures), stopping.signal)
      }
    }
  }
  const running = keepRunning()
  return {
    kind: 'temporal',
    readState: async () => (isReaching?.() ? 'running' : 'away'),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** With the SDK that loads it, at every start: a bundle of another version would load without a word. Answers the file. */
async function buildWorkflows(folder: DataFolder): Promise<string> {
  const script = fileURLToPath(new URL('./build-workflows.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, folder.path])
  return folder.at(stdout)
}

/** Ends at once when the signal is aborted, or was. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined)
}
