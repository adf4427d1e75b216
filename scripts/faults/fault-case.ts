import type { createTestSocial } from '@ofm-social/core/testing'
import { type Judgement, NOTHING } from './judge.ts'

/** One line of the table. */
export interface FaultRow {
  readonly platform: string
  readonly step: string
  readonly fault: string
  readonly state: string
  readonly judgement: Judgement
  /** What a case that ended with an exception ended with. */
  readonly error?: string
}

/** Opens a social for a case, on the engine that is to be judged. */
export type OpenSocial = typeof createTestSocial

/** One fault at one step of one platform. */
export interface FaultCase {
  readonly platform: string
  readonly step: string
  readonly fault: string
  run(open: OpenSocial): Promise<Pick<FaultRow, 'state' | 'judgement'>>
}

/** The row of a case that ended with an exception. */
export function toBrokenRow(one: Pick<FaultRow, 'platform' | 'step' | 'fault'>, cause: unknown): FaultRow {
  const { platform, step, fault } = one
  const error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  return { platform, step, fault, state: 'exception', judgement: { ...NOTHING, broken: 1 }, error }
}
