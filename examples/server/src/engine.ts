import type { Social } from '@ofm-social/core'
import type { DataFolder } from './data-folder.ts'
import type { Log } from './log.ts'
import type { Role, TemporalConfig } from './temporal-config.ts'

/** What runs the publications, as the probes see it. */
export interface Engine {
  readonly kind: 'in_process' | 'temporal'
  /**
   * `running`: what is due is done here. `elsewhere`: other processes do it, and Temporal answers. `away`: Temporal does not answer; posts are taken all the
   * same, and go out when it does.
   */
  readState(): Promise<EngineState>
  /** Lets steps that have begun end. */
  stop(): Promise<void>
}

export type EngineState = 'running' | 'elsewhere' | 'away'

/** The in-process runner is part of `social`, which is started and stopped beside this. */
const inProcess: Engine = {
  kind: 'in_process',
  readState: async () => 'running',
  stop: async () => undefined,
}

/** Loads the SDK of Temporal only where it is used: it is large. */
export async function startEngine(
  temporal: TemporalConfig | null,
  role: Role,
  parts: { readonly social: Social; readonly log: Log; readonly folder: DataFolder },
): Promise<Engine> {
  if (temporal === null) return inProcess
  if (role === 'api') {
    const { watchTemporal } = await import('./watch-temporal.ts')
    return watchTemporal(temporal)
  }
  const { startTemporalWorkers } = await import('./temporal-workers.ts')
  return startTemporalWorkers(temporal, parts)
}
