import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { EngineTask, FaultEngine } from './fault-engine.ts'
import { createForkedEngine } from './forked-engine.ts'
import { startTemporal } from './start-temporal.ts'

/** How the database shows the connections of an engine. */
export const ENGINE_CONNECTIONS = 'ofm-faults-engine'

export interface TemporalEngineTask extends EngineTask {
  readonly temporalAddress: string
  /** All processes of one stage work on the same queues. */
  readonly queuePrefix: string
}

/** Workers of Temporal, workflows and activities alike, in a process that can be killed. */
export const createTemporalEngine = (task: EngineTask): FaultEngine =>
  createTemporalEngineOn(task, { temporalAddress: startTemporal(), queuePrefix: drawQueuePrefix() })

export const drawQueuePrefix = (): string => `faults-${randomBytes(6).toString('hex')}`

export const createTemporalEngineOn = (
  task: EngineTask,
  place: Pick<TemporalEngineTask, 'temporalAddress' | 'queuePrefix'>,
): FaultEngine => createForkedEngine(join(import.meta.dirname, 'run-temporal.ts'), { ...task, ...place })
