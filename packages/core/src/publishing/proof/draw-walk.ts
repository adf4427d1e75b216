import fc from 'fast-check'
import type { ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import type { Walk } from './walk-world.ts'

/** Arbitrary walks on a shape; they shrink to few decisions. */
export function drawWalk(shape: ScriptedShape, length = { min: 20, max: 120 }): fc.Arbitrary<Walk> {
  return fc.record({
    shape: fc.constant(shape),
    decisions: fc.array(fc.nat(1_000_000), { minLength: length.min, maxLength: length.max, size: 'max' }),
    parts: fc.constantFrom(1 as const, 2 as const),
    lookAlikes: fc.constantFrom(1 as const, 2 as const),
    limited: fc.boolean(),
    approval: fc.constantFrom('none' as const, 'none' as const, 'required' as const),
    afterUnknown: fc.constantFrom('ask' as const, 'ask' as const, 'repeat_once' as const),
  })
}
