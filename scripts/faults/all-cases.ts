import type { FaultCase } from './fault-case.ts'
import { instagramCases } from './instagram-cases.ts'
import { instagramPairs } from './instagram-pairs.ts'
import { scriptedCases } from './scripted-cases.ts'
import { xCases } from './x-cases.ts'

/** Every fault at every step of every platform. The order is that of the table. */
export const allCases: readonly FaultCase[] = [...scriptedCases, ...xCases, ...instagramCases, ...instagramPairs]
