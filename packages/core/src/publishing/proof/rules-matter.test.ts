import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresPostStore } from '../../postgres/stores/post-store.ts'
import { openTestStore } from '../../postgres/testing/open-test-store.ts'
import { createTestIds, seedAccount } from '../../postgres/testing/seed.ts'
import { createScriptedPlatform } from '../../testing/scripted/scripted-platform.ts'
import { ANSWER_PROOFS } from './prove-answers.ts'
import { type KeyRig, proveKey } from './prove-key.ts'
import { LOOK_PROOFS } from './prove-looks.ts'
import { ORDER_PROOFS } from './prove-order.ts'
import { RESULT_PROOFS } from './prove-results.ts'
import { WALK_MUTATIONS } from './walk-mutations.ts'

/** More of them with `OFM_WALKS=100000`. */
const RUNS = Number(process.env.OFM_WALKS ?? 100)
const MUTATED_RUNS = 1_000
const RUNS_IN_DATABASE = 10

const PROOFS = [...RESULT_PROOFS, ...LOOK_PROOFS, ...ANSWER_PROOFS, ...ORDER_PROOFS]

describe.each(PROOFS)('rule $rule: $property', ({ holds, breaks, without }) => {
  test('for whatever happens', () => holds(RUNS))
  test(`but not when ${without}`, async () => {
    expect(await breaks(MUTATED_RUNS), `none of ${MUTATED_RUNS} noticed it`).toBe(true)
  })
})

eachDatabase('rule 20: a key', (open) => {
  let opened: TestDatabase
  let rig: KeyRig

  beforeAll(async () => {
    opened = await open()
    const { database } = await openTestStore(opened.source)
    const createId = createTestIds()
    const { agencyId, accountId } = await seedAccount(database, createId)
    const { adapter } = createScriptedPlatform('synchronous', { now: () => 0, platform: 'x' })
    rig = {
      posts: createPostgresPostStore(database),
      agencyId,
      accountId,
      adapters: new Map([['x', adapter]]),
      createId,
    }
  })
  afterAll(() => opened.close())

  test('gives one post, and its own input only', async () => {
    for (const { holds, breaks, without } of proveKey(rig)) {
      await holds(RUNS_IN_DATABASE)
      expect(await breaks(MUTATED_RUNS), without).toBe(true)
    }
  })
})

test('each of the 22 rules is shown to matter', () => {
  const shown = new Set([...WALK_MUTATIONS, ...PROOFS].map(({ rule }) => rule)).add(20)
  expect([...shown].sort((a, b) => a - b)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
})
