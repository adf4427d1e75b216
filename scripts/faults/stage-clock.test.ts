import { postgresAdminUrl } from '@ofm-social/test-services'
import { describe, expect, test } from 'vitest'
import type { FaultEngine } from './fault-engine.ts'
import { openKillStage } from './kill-stage.ts'

const nothing = (): FaultEngine => ({
  start: async () => undefined,
  kill: async () => undefined,
  stop: async () => undefined,
})
const TELLING_MS = 60_000

describe.skipIf(!postgresAdminUrl)('the clock of a stage', () => {
  test('waits for who tells a durable engine of a due post, and leaps past what a killed process was telling', async () => {
    const stage = await openKillStage('synchronous', nothing)
    try {
      const { social, clock, platform } = stage
      const tokens = platform.logIn(0)
      const { id } = await social.accounts.add({ creator: 'ada', platform: 'synchronous', tokens })
      await social.posts.create({ to: [id], text: 'First light', at: new Date(clock.now() + 5_000) })
      const take = () => social.engine.handover.take({ dueWithinMs: 0, limit: 10, leaseMs: TELLING_MS })

      await clock.leap()
      await expect(take()).resolves.toHaveLength(1)
      const dueAt = clock.now()
      await clock.leap()
      expect(clock.now()).toBe(dueAt)

      await clock.noteDeath()
      await clock.leap()
      expect(clock.now()).toBe(dueAt + TELLING_MS)
      await clock.leap()
      expect(clock.now()).toBe(dueAt + TELLING_MS)

      await expect(take()).resolves.toHaveLength(1)
      await clock.leap()
      expect(clock.now()).toBe(dueAt + TELLING_MS)
    } finally {
      await stage.close()
    }
  }, 60_000)
})
