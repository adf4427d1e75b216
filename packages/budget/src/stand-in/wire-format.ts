import type { Generation, StandInUsage } from './generation.ts'
import type { ParsedRequest } from './parse-request.ts'

/** One event of a stream. */
export interface StreamEvent {
  readonly event?: string
  readonly data: unknown
}

/** How one API of the protocol writes an answer. */
export interface WireFormat {
  readonly path: string
  /** A whole answer. Usage is null when a fault takes it away. */
  answer(generation: Generation, usage: StandInUsage | null): unknown
  begin(generation: Generation): readonly StreamEvent[]
  token(generation: Generation, token: string): readonly StreamEvent[]
  end(generation: Generation, usage: StandInUsage | null, request: ParsedRequest): readonly StreamEvent[]
  error(message: string): readonly StreamEvent[]
}
