import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { startDevTemporal } from './dev-temporal.ts'
import { StartError } from './start-error.ts'

export interface ChosenEngine {
  readonly config: Config
  /** Ends a server that was started here. */
  stopTemporal(): Promise<void>
}

const nothing = async (): Promise<void> => undefined

/** `--engine temporal` starts a server for trying, unless TEMPORAL_ADDRESS names one; `--engine in_process` uses none. */
export async function chooseEngine(config: Config, args: readonly string[]): Promise<ChosenEngine> {
  const at = args.indexOf('--engine')
  const engine = at < 0 ? undefined : args[at + 1]
  if (at >= 0 && engine !== 'temporal' && engine !== 'in_process')
    throw new StartError('--engine is temporal or in_process.')
  if (engine === 'in_process') return { config: { ...config, temporal: null }, stopTemporal: nothing }
  if (engine === undefined || config.temporal !== null) return { config, stopTemporal: nothing }
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  const file = join(config.dataFolder, 'temporal.db')
  const { address, uiUrl, stop } = await startDevTemporal({ ...config.temporalCli, file })
  const temporal = { address, uiUrl, namespace: 'default', apiKey: null, certificate: null }
  return { config: { ...config, temporal }, stopTemporal: stop }
}
