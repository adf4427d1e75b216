import fc from 'fast-check'
import { describe, test } from 'vitest'
import { SCRIPTED_SHAPES } from '../../testing/scripted/scripted-platform.ts'
import { walk } from './random-walk.ts'

/** More of them with `OFM_WALKS=100000`. */
const RUNS = Number(process.env.OFM_WALKS ?? 300)

describe.each(SCRIPTED_SHAPES)('random interleavings on a platform of shape %s', (shape) => {
  test('never two live posts for a part, never an end that contradicts the platform, always a way on', async () => {
    const input = fc.record({
      shape: fc.constant(shape),
      decisions: fc.array(fc.nat(1_000_000), { minLength: 20, maxLength: 120, size: 'max' }),
      parts: fc.constantFrom(1 as const, 2 as const),
      lookAlikes: fc.constantFrom(1 as const, 2 as const),
      approval: fc.constantFrom('none' as const, 'none' as const, 'required' as const),
    })
    await fc.assert(fc.asyncProperty(input, walk), { numRuns: RUNS })
  }, 120_000)
})
