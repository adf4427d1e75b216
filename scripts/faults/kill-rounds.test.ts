import { postgresAdminUrl } from '@ofm-social/test-services'
import { describe, expect, test } from 'vitest'
import { createInProcessEngine } from './in-process-engine.ts'
import { add, isGood, NOTHING } from './judge.ts'
import { createRandom, drawMoment, nameMoment } from './kill-moment.ts'
import { playKillRounds } from './kill-rounds.ts'

describe.skipIf(!postgresAdminUrl)('a process that is killed while it publishes', () => {
  test.concurrent.each([
    ['synchronous', 2],
    ['x', 1],
  ] as const)(
    '%s: what the next process makes of it is the truth of the platform',
    async (platform, rounds) => {
      let sum = NOTHING
      const told: string[] = []
      const options = { rounds, seed: 20, createEngine: createInProcessEngine }
      for await (const { judgement, step, fault, state } of playKillRounds(platform, options)) {
        sum = add(sum, judgement)
        told.push(`${step}, ${fault}: ${state}`)
      }
      expect(isGood(sum), told.join('; ')).toBe(true)
      expect(told.filter((line) => line.startsWith('kill -9'))).not.toEqual([])
    },
    300_000,
  )
})

test('a seed repeats the moments of all kinds, each within a round', () => {
  const length = { requests: 9, writes: 4, commits: 30, tookMs: 500 }
  const draw = (seed: number): readonly string[] => {
    const random = createRandom(seed)
    return Array.from({ length: 40 }, () => nameMoment(drawMoment(random, length)))
  }
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
  expect(new Set(draw(7).map((name) => name.split(' ')[0]))).toEqual(new Set(['write', 'request', 'commit', 'after']))
  for (const name of draw(7).filter((one) => one.startsWith('write'))) expect(name).toMatch(/^write [1-4], /)
})
