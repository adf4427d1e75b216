import { describe, expect, test } from 'vitest'
import { ANSWER_PROOFS } from './prove-answers.ts'
import { LOOK_PROOFS } from './prove-looks.ts'
import { ORDER_PROOFS } from './prove-order.ts'
import { RESULT_PROOFS } from './prove-results.ts'

/** More of them with `OFM_WALKS=100000`. */
const RUNS = Number(process.env.OFM_WALKS ?? 100)
const MUTATED_RUNS = 1_000

const PROOFS = [...RESULT_PROOFS, ...LOOK_PROOFS, ...ANSWER_PROOFS, ...ORDER_PROOFS]

describe.each(PROOFS)('rule $rule: $property', ({ holds, breaks, without }) => {
  test('for whatever happens', () => holds(RUNS))
  test(`but not when ${without}`, async () => {
    expect(await breaks(MUTATED_RUNS), `none of ${MUTATED_RUNS} noticed it`).toBe(true)
  })
})
