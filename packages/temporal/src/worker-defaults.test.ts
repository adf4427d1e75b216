import type { Social } from '@ofm-social/core'
import { expect, test } from 'vitest'
import { workerDefaults } from './worker-defaults.ts'

test('a worker of one’s own stops no write of the slowest platform, and is missed for a second only', () => {
  const platforms = [
    { platform: 'quick', publishTimeoutMs: 10_000 },
    { platform: 'slow', publishTimeoutMs: 55_000 },
  ]
  expect(workerDefaults({ engine: { platforms } as unknown as Social['engine'] })).toEqual({
    shutdownGraceTime: 75_000,
    shutdownForceTime: 90_000,
    maxHeartbeatThrottleInterval: 5_000,
    stickyQueueScheduleToStartTimeout: 1_000,
    maxCachedWorkflows: 300,
  })
})
