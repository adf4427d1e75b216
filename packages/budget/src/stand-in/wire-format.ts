import type { Generation, StandInUsage } from './generation.ts'
import type { ParsedRequest } from './parse-request.ts'

/** One event of a stream. */
export interface StreamEvent {
  readonly event?: string
  readonly data: unknown
}

/** An error instead of an answer. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly code: string | null
}

/** How one API writes an answer. */
export interface WireFormat {
  readonly path: string
  /** A whole answer. Usage is null when a fault takes it away. */
  answer(generation: Generation, usage: StandInUsage | null): unknown
  begin(generation: Generation, usage: StandInUsage | null): readonly StreamEvent[]
  token(generation: Generation, token: string): readonly StreamEvent[]
  end(generation: Generation, usage: StandInUsage | null, request: ParsedRequest): readonly StreamEvent[]
  /** An error in the middle of a stream. */
  error(message: string): readonly StreamEvent[]
  /** The body of an error. */
  refuse(refusal: Refusal): unknown
}
