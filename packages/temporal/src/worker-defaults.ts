import type { Social } from '@ofm-social/core'

/** About half a megabyte each. */
const CACHED_WORKFLOWS = 300
/** Beyond the longest write: its result is stored, too. */
const GRACE_BEYOND_WRITE_MS = 20_000
const FORCE_BEYOND_GRACE_MS = 15_000

/** What each worker of `runWorkers` is made with, for workers of one's own: `Worker.create({ ...workerDefaults(social), connection, … })`. */
export function workerDefaults({ engine }: { readonly engine: Pick<Social['engine'], 'platforms'> }) {
  const longest = Math.max(0, ...engine.platforms.map(({ publishTimeoutMs }) => publishTimeoutMs))
  const graceMs = longest + GRACE_BEYOND_WRITE_MS
  return {
    // By default a stop cancels every step at once, also a write.
    shutdownGraceTime: graceMs,
    shutdownForceTime: graceMs + FORCE_BEYOND_GRACE_MS,
    // Cancellation reaches an activity with its heartbeats.
    maxHeartbeatThrottleInterval: 5_000,
    // Tasks that were meant for a worker which is gone go to another after this; the default is ten seconds.
    stickyQueueScheduleToStartTimeout: 1_000,
    // The default follows the heap's limit, and has used up more memory than there was.
    maxCachedWorkflows: CACHED_WORKFLOWS,
  }
}
