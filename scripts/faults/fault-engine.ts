import type { AppInput } from '@ofm-social/core'

/** Everything that a process needs to publish, as plain data: it reaches the process as a message. */
export interface EngineTask {
  readonly platform: string
  /** Where the platform answers; behind it is the world that outlives the process. */
  readonly platformUrl: string
  /** An ordinary login. */
  readonly databaseUrl: string
  readonly apps: Readonly<Record<string, AppInput>>
  readonly secretKey: string
  /** Of the files of assets. */
  readonly folder: string
}

/** An engine whose process can be killed: what the kill rounds run on. All that it knows is in the database. */
export interface FaultEngine {
  /** Starts a process that runs what is due, until it is stopped or killed. */
  start(): Promise<void>
  /** SIGKILL; resolves when nothing of the process can happen any more. */
  kill(): Promise<void>
  /** Ends it in order, for good. */
  stop(): Promise<void>
}

export type CreateFaultEngine = (task: EngineTask) => FaultEngine
