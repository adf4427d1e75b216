import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { startDevTemporal } from './dev-temporal.ts'
import { lockFolder } from './folder-lock.ts'
import type { StartArguments } from './start-arguments.ts'
import { workerParts } from './temporal-config.ts'

export interface ChosenEngine {
  readonly config: Config
  /** Ends a server that was started here. */
  stopTemporal(): Promise<void>
}

const nothing = async (): Promise<void> => undefined

/** `temporal` starts a server for trying, unless TEMPORAL_ADDRESS names one; `in_process` uses none; undefined does what the environment says. */
export async function chooseEngine(config: Config, engine: StartArguments['engine']): Promise<ChosenEngine> {
  if (engine === 'in_process') return { config: { ...config, temporal: null }, stopTemporal: nothing }
  if (engine === undefined || config.temporal !== null) return { config, stopTemporal: nothing }
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  const file = join(config.dataFolder, 'temporal.db')
  const lock = await lockFolder(`${file}.lock`)
  const { address, uiUrl, stop } = await startDevTemporal({ ...config.temporalCli, file }).catch(
    async (error: unknown) => {
      await lock.release()
      throw error
    },
  )
  const started = { address, uiUrl, namespace: 'default', apiKey: null, certificate: null }
  const stopTemporal = async (): Promise<void> => {
    await stop()
    await lock.release()
  }
  return { config: { ...config, temporal: { ...started, parts: workerParts, limits: {} } }, stopTemporal }
}
