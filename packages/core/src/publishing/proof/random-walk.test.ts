import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SCRIPTED_SHAPES } from '../../testing/scripted/scripted-platform.ts'
import { drawWalk } from './draw-walk.ts'
import { walk } from './random-walk.ts'

/** More of them with `OFM_WALKS=100000`. */
const RUNS = Number(process.env.OFM_WALKS ?? 500)

/** Every transition that carries a number of its own in a change; the others are steps, holds or follow from these. */
const REACHABLE = [
  2, 3, 4, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 24, 26, 27, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 43, 44, 45, 46,
  47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
]
const reached = new Set<number>()

describe.each(SCRIPTED_SHAPES)('random interleavings on a platform of shape %s', (shape) => {
  test('never two live posts for a part, never an end that contradicts the platform, always a way on', async () => {
    const property = fc.asyncProperty(drawWalk(shape), (drawn) =>
      walk(drawn, { onTransition: (transition) => void reached.add(transition) }),
    )
    await fc.assert(property, { numRuns: RUNS })
  }, 600_000)
})

// Fewer walks may miss a rare one; a test that is left out would count as skipped.
if (RUNS >= 5_000) {
  test('together they reach every transition', () => {
    expect(REACHABLE.filter((transition) => !reached.has(transition))).toEqual([])
  })
}
