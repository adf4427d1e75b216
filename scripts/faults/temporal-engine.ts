import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { EngineTask, FaultEngine } from './fault-engine.ts'
import { createForkedEngine } from './forked-engine.ts'
import { startTemporal } from './start-temporal.ts'

export interface TemporalEngineTask extends EngineTask {
  readonly temporalAddress: string
  /** All processes of one stage work on the same queues. */
  readonly queuePrefix: string
}

/** Workers of Temporal, workflows and activities alike, in a process that can be killed. */
export function createTemporalEngine(task: EngineTask): FaultEngine {
  const queuePrefix = `faults-${randomBytes(6).toString('hex')}`
  const whole: TemporalEngineTask = { ...task, temporalAddress: startTemporal(), queuePrefix }
  return createForkedEngine(join(import.meta.dirname, 'run-temporal.ts'), whole)
}
