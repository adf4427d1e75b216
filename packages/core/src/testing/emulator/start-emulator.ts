import type { EmulatorDefinition, EmulatedCredentials, EmulatedMetrics, EmulatedPost } from './emulator-definition.ts'
import type { FaultRule } from './emulator-fault.ts'

export interface StartEmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Saves state here after every change and starts from it. */
  readonly stateFile?: string
  /** Epoch milliseconds. Standalone: the wall clock, to which advances are added. */
  readonly now: () => number
  /** Default: `node:crypto`. */
  readonly random?: (length: number) => Uint8Array
}

/** A running emulator. The members do what the control calls under `/_emulator` do. */
export interface Emulator {
  readonly platform: string
  readonly url: string
  credentials(): EmulatedCredentials
  posts(): readonly EmulatedPost[]
  requests(): readonly RecordedRequest[]
  addFault(rule: FaultRule): void
  clearFaults(): void
  advanceClock(ms: number): void
  setMetrics(postId: string, metrics: EmulatedMetrics): boolean
  reset(): void
  close(): Promise<void>
}

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  /** Null while unanswered or when the socket died. */
  readonly status: number | null
  /** Kind of the fault that hit it. */
  readonly fault: string | null
}

export type StartEmulator = <State>(definition: EmulatorDefinition<State>, options: StartEmulatorOptions) => Promise<Emulator>
