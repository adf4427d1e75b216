import fc from 'fast-check'
import type { ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import { drawWalk } from './draw-walk.ts'
import type { Walk } from './walk-world.ts'

/** A decision of a walk (`takeAction`): what is done, and which of its kinds. */
const decisionOf = (kind: number, choice = 0): number => kind + 64 * choice

const repeat = (times: number, decision: number): readonly number[] => Array<number>(times).fill(decision)

const RUN_ON = 5
const BEGIN = 12
const CLOCK = 18
const FAULT = 21
const LAG = 24
const CRASH = 26
const DISTURB = 28
const PERSON = 29

/** Writes in doubt, listings that lag, media that fail, people who answer: what arbitrary walks come to once in ten thousand times. */
const TROUBLE: readonly number[] = [
  ...repeat(4, decisionOf(BEGIN)),
  ...repeat(10, decisionOf(RUN_ON)),
  ...[2, 3, 3, 4, 4, 5].map((choice) => decisionOf(CLOCK, choice)),
  ...[0, 0, 1, 2, 3].map((choice) => decisionOf(FAULT, choice)),
  ...[0, 3].map((choice) => decisionOf(LAG, choice)),
  ...[13, 19, 2, 3].map((choice) => decisionOf(DISTURB, choice)),
  decisionOf(CRASH),
  decisionOf(PERSON, 5),
]

/** Walks through trouble; they shrink to few decisions. */
export function drawTroubledWalk(shape: ScriptedShape): fc.Arbitrary<Walk> {
  const decisions = fc.array(fc.constantFrom(...TROUBLE), { minLength: 20, maxLength: 80, size: 'max' })
  const begun = [decisionOf(FAULT), decisionOf(LAG, 3), decisionOf(BEGIN), decisionOf(RUN_ON), decisionOf(RUN_ON)]
  return fc
    .tuple(drawWalk(shape), decisions)
    .map(([walk, troubled]) => ({ ...walk, approval: 'none' as const, decisions: [...begun, ...troubled] }))
}
