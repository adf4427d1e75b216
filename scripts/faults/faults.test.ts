import { createTestSocial } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'
import { allCases } from './all-cases.ts'
import type { FaultCase } from './fault-case.ts'
import { isGood, judge } from './judge.ts'

/** What has happened on Instagram, whichever faults the others are. */
const ALWAYS = [
  'instagram image: publish accept_then_reset',
  'instagram image: address permalink_33',
  'instagram carousel: second child fetch_fail_once',
  'instagram image: publish before another reset_before',
  'instagram story: publish after another accept_then_reset',
]

/**
 * Every step of every platform with one fault, another one at each, whatever the post holds. `last_chunk` is like `container`, and the login through Facebook
 * like the other where both have a step. The whole matrix is a command.
 */
function choose(cases: readonly FaultCase[]): readonly FaultCase[] {
  const stepOf = ({ step }: FaultCase): string => step.replace(/^\w+: /, '')
  const known = new Set(cases.filter(({ platform }) => platform === 'instagram').map(stepOf))
  const isLikeAnother = (one: FaultCase): boolean =>
    one.platform === 'last_chunk' || (one.platform === 'instagram_facebook' && known.has(stepOf(one)))
  const groups = new Map<string, FaultCase[]>()
  for (const one of cases.filter((candidate) => !isLikeAnother(candidate))) {
    const name = `${one.platform} ${stepOf(one)}`
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  const isAlways = ({ platform, step, fault }: FaultCase): boolean => ALWAYS.includes(`${platform} ${step} ${fault}`)
  return [...groups.values()].flatMap(
    (group, count) => group.find(isAlways) ?? group.slice(count % group.length)[0] ?? [],
  )
}

test.each(choose(allCases))(
  '$platform: $fault at $step neither doubles, loses nor contradicts',
  async (one) => {
    const { judgement } = await one.run(createTestSocial)
    expect(isGood(judgement), JSON.stringify(judgement)).toBe(true)
  },
  300_000,
)

test('a double, a loss, a contradiction and an idle question are told apart', () => {
  const part = (state: string, externalId: string | null = null) => ({ state, externalId })
  const one = { live: [['a']], unprovable: false }
  expect(
    judge(
      { state: 'published', hold: null, parts: [part('published', 'a')] },
      { live: [['a', 'b']], unprovable: false },
    ).double,
  ).toBe(1)
  expect(
    judge({ state: 'publishing', hold: null, parts: [part('unknown')] }, { live: [[]], unprovable: false }).lost,
  ).toBe(1)
  expect(judge({ state: 'refused', hold: null, parts: [part('refused')] }, one).wrong).toBe(1)
  expect(judge({ state: 'published', hold: null, parts: [part('published', 'b')] }, one).wrong).toBe(1)
  const asked = judge({ state: 'needs_attention', hold: null, parts: [part('needs_attention')] }, one)
  expect(isGood(asked)).toBe(false)
  const refused = { state: 'refused', hold: null, parts: [part('refused')] }
  expect(judge(refused, { live: [[]], unprovable: false, mustEnd: 'published' }).lost).toBe(1)
})
