import type { EngineAnswer, Social } from '@ofm-social/core'
import { activityInfo, cancellationSignal, heartbeat, sleep } from '@temporalio/activity'
import type { PublicationActivities } from './activity-types.ts'

/** No workflow waits for longer: the database calls again when the time has come. So none is older than this when its code changes. */
export const KEEP_WITHIN_MS = 86_400_000
/** Temporal has no timer below a second; such a wait is over sooner here. */
const SHORT_WAIT_MS = 1_000

/** How a step of a publication ends early, and which ones it leaves to another queue. */
export interface AdvanceActivityOptions {
  /** Aborted when the worker stops: preparations and look-ups end at once, a write that has begun is awaited. */
  readonly stopping?: AbortSignal
  /** `short`: preparations that bring many bytes are answered for the queue of media. Default `all`. */
  readonly preparations?: 'all' | 'short'
}

/** One function of the library, called until there is something to wait for. */
export function createAdvanceActivity(
  { engine }: Pick<Social, 'engine'>,
  { stopping, preparations = 'all' }: AdvanceActivityOptions,
): PublicationActivities['advance'] {
  return (publicationId) =>
    beating(async () => {
      const signal = toSignal(stopping)
      for (;;) {
        const answer = await engine.advance(publicationId, { signal, preparations })
        if (answer.done || answer.preparation) return answer
        const waitMs = answer.waitMs === 0 ? 0 : await engine.handover.keep(publicationId, KEEP_WITHIN_MS)
        if (waitMs === null) return LET_GO
        if (waitMs > SHORT_WAIT_MS || signal.aborted) return { waitMs }
        if (waitMs > 0) await sleep(waitMs)
      }
    })
}

/** Aborted when the activity is canceled, or its worker stops. */
export function toSignal(stopping: AbortSignal | undefined): AbortSignal {
  return stopping ? AbortSignal.any([cancellationSignal(), stopping]) : cancellationSignal()
}

/** Nothing to wait for within a day, or only for an event: the workflow ends, and the database starts another one. */
const LET_GO: EngineAnswer = { done: true }

/** Says that the process lives for as long as the work runs. Carries no checkpoint: that is in the database, where another worker finds it. */
export async function beating<Result>(work: () => Promise<Result>): Promise<Result> {
  const { heartbeatTimeoutMs } = activityInfo()
  const timer = setInterval(() => heartbeat(), Math.max(200, (heartbeatTimeoutMs ?? 3_000) / 3))
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
