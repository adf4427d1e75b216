import type { Judgement } from './judge.ts'

/** One fault at one step of one platform. */
export interface FaultCase {
  readonly platform: string
  readonly step: string
  readonly fault: string
  run(): Promise<{ readonly state: string; readonly judgement: Judgement }>
}
