import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawWalk } from './draw-walk.ts'
import { createMachine } from './machine.ts'
import { mutate } from './mutation.ts'
import { walk } from './random-walk.ts'
import { WALK_MUTATIONS } from './walk-mutations.ts'

const WALKS_MAX = 4_000
const SEED = 20_261_125

describe('with a rule switched off some walk goes wrong', () => {
  test.each(WALK_MUTATIONS)(
    'rule $rule: $name',
    async (mutation) => {
      const mutated = { createMachine: mutate(createMachine, mutation), commands: mutation.commands ?? {} }
      const property = fc.asyncProperty(drawWalk(mutation.shape), (drawn) => walk(drawn, mutated))
      const { failed, numRuns } = await fc.check(property, {
        seed: SEED,
        numRuns: WALKS_MAX,
        endOnFailure: true,
      })
      expect(failed, `no walk of ${numRuns} noticed it`).toBe(true)
    },
    120_000,
  )
})
