import { join } from 'node:path'
import type { EngineTask, FaultEngine } from './fault-engine.ts'
import { createForkedEngine } from './forked-engine.ts'

/** The in-process runner in a process of its own. */
export const createInProcessEngine = (task: EngineTask): FaultEngine =>
  createForkedEngine(join(import.meta.dirname, 'run-in-process.ts'), task)
