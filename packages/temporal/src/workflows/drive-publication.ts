import type { EngineAnswer } from '@ofm-social/core'
import {
  ActivityFailure,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { PublicationActivities } from '../activity-types.ts'
import { CHANGED, toQueueNames, toQueuePrefix } from '../names.ts'
import { ADVANCE_TIMEOUT_MS, HEARTBEAT_TIMEOUT_MS, retryAfterMs } from './timeouts.ts'

/** Ids and names only: a workflow's input can be read by whoever reads Temporal. */
export interface DrivePublicationInput {
  readonly publicationId: string
  readonly platform: string
  /** How soon a dead worker is noticed. Default 15,000; the interval of a server's restart is a good lower bound. */
  readonly heartbeatTimeoutMs?: number
}

const changedSignal = defineSignal(CHANGED)

/**
 * Asks what to do, waits as long as it is told or until something changed, asks again, and ends with the publication. Decides nothing: the database gives
 * every verdict, also on what a call that failed or was lost has done.
 */
export async function drivePublication(input: DrivePublicationInput): Promise<void> {
  let changed = false
  let failures = 0
  let preparation: EngineAnswer['preparation']
  setHandler(changedSignal, () => {
    changed = true
  })
  const until = async (waitMs: number | null): Promise<void> => {
    if (waitMs === null) await condition(() => changed)
    else if (waitMs > 0) await condition(() => changed, waitMs)
  }
  for (;;) {
    changed = false
    const answer = await ask(input, preparation)
    preparation = answer?.preparation
    failures = answer ? 0 : failures + 1
    if (!answer) await until(retryAfterMs(failures))
    else if (!answer.done) await until(answer.waitMs)
    // What changed while the last step ran is not left behind.
    else if (!changed) return
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof drivePublication>(input)
  }
}

/** Never repeated by Temporal: a failed call may have published. Null: it failed, or its worker is gone; the next call finds out what is true. */
async function ask(
  { publicationId, platform, heartbeatTimeoutMs = HEARTBEAT_TIMEOUT_MS }: DrivePublicationInput,
  preparation: EngineAnswer['preparation'],
): Promise<EngineAnswer | null> {
  const queues = toQueueNames(toQueuePrefix(workflowInfo().taskQueue))
  const { advance } = proxyActivities<PublicationActivities>({
    taskQueue: preparation === 'long' ? queues.media : queues.platform(platform),
    startToCloseTimeout: ADVANCE_TIMEOUT_MS,
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { maximumAttempts: 1 },
  })
  try {
    return await advance(publicationId)
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error
    return null
  }
}
