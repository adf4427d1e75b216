import type { createTestSocial } from '@ofm-social/core/testing'
import type { Judgement } from './judge.ts'

/** One line of the table. */
export interface FaultRow {
  readonly platform: string
  readonly step: string
  readonly fault: string
  readonly state: string
  readonly judgement: Judgement
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
