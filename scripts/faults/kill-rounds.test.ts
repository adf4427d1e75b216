import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { describe, expect, test } from 'vitest'
import type { FaultRow } from './fault-case.ts'
import type { FaultEngine } from './fault-engine.ts'
import { createInProcessEngine } from './in-process-engine.ts'
import { add, isGood, NOTHING } from './judge.ts'
import { createRandom, drawMoment, type KillMoment, listMoments, nameMoment } from './kill-moment.ts'
import { playKillRounds, playRound } from './kill-rounds.ts'
import { openKillStage } from './kill-stage.ts'
import { createTemporalEngine } from './temporal-engine.ts'

describe.skipIf(!postgresAdminUrl)('a process that is killed while it publishes', () => {
  test.concurrent.each([
    ['in process', 'synchronous', 2],
    ['in process', 'x', 1],
    ['in process', 'instagram', 1],
    ...(temporalAddress ? [['on Temporal', 'synchronous', 1] as const] : []),
  ] as const)(
    '%s, %s: what the next process makes of it is the truth of the platform',
    async (engine, platform, rounds) => {
      let sum = NOTHING
      const told: string[] = []
      const createEngine = engine === 'on Temporal' ? createTemporalEngine : createInProcessEngine
      const options = { rounds, seed: 20, createEngine }
      for await (const { judgement, step, fault, state } of playKillRounds(platform, options)) {
        sum = add(sum, judgement)
        told.push(`${step}, ${fault}: ${state}`)
      }
      expect(isGood(sum), told.join('; ')).toBe(true)
      expect(told.filter((line) => line.startsWith('kill -9'))).toHaveLength(rounds)
    },
    300_000,
  )

  test('a round that ends with an exception is a failed row, and the run has an end', async () => {
    const rows: FaultRow[] = []
    const createEngine = (): FaultEngine => ({
      start: () => Promise.reject(new Error('this engine does not start')),
      kill: async () => undefined,
      stop: async () => undefined,
    })
    for await (const row of playKillRounds('synchronous', { rounds: 2, seed: 1, createEngine })) rows.push(row)
    expect(rows.length).toBeGreaterThan(0)
    for (const { error, judgement } of rows) {
      expect(error).toContain('this engine does not start')
      expect(isGood(judgement)).toBe(false)
    }
  }, 300_000)

  test('may ask a person only about a write that it had committed to send', async () => {
    let afterKill = async (): Promise<void> => undefined
    const stage = await openKillStage('synchronous', (task) => {
      const engine = createInProcessEngine(task)
      return { ...engine, kill: () => engine.kill().then(() => afterKill()) }
    })
    try {
      const tokens = stage.platform.logIn(0)
      const { id } = await stage.social.accounts.add({ creator: 'ada', platform: 'synchronous', tokens })
      await stage.engine.start()
      const killAt = async (moment: KillMoment) =>
        (await playRound(stage, { accounts: [id], name: nameMoment(moment), moments: [moment] })).judgement
      expect(await killAt({ kind: 'write', nth: 1, effect: 'before' })).toMatchObject({ asked: 1, mayAsk: 1 })
      expect(await killAt({ kind: 'write', nth: 1, effect: 'after' })).toMatchObject({ asked: 0, mayAsk: 0 })
      const hold = await stage.admin.connect()
      await hold.query('begin; lock table ofm.attempt in share mode')
      afterKill = () => hold.query('commit').then(() => hold.release())
      expect(await killAt({ kind: 'commit', nth: 1 })).toMatchObject({ asked: 0, mayAsk: 0 })
    } finally {
      await stage.close()
    }
  }, 300_000)
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

test('every step of a round is listed, each once', () => {
  const names = listMoments({ requests: 2, writes: 1, commits: 3, tookMs: 500 }).map(nameMoment)
  expect(names).toEqual([
    ...['write 1, before', 'write 1, after'],
    ...['request 1, before', 'request 1, after', 'request 2, before', 'request 2, after'],
    ...['commit 1', 'commit 2', 'commit 3'],
  ])
})
