import type { Judgement } from './judge.ts'

/** One line of the table. */
export interface FaultRow {
  readonly platform: string
  readonly step: string
  readonly fault: string
  readonly state: string
  readonly judgement: Judgement
}

/** One fault at one step of one platform. */
export interface FaultCase {
  readonly platform: string
  readonly step: string
  readonly fault: string
  run(): Promise<Pick<FaultRow, 'state' | 'judgement'>>
}
