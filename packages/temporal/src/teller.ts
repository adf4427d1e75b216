import type { Handover, Social } from '@ofm-social/core'
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { callUntil } from './call-until.ts'
import { CHANGED, DRIVE_PUBLICATION, toQueueNames, toWorkflowId } from './names.ts'
import type { DrivePublicationInput, drivePublication } from './workflows/drive-publication.ts'

/** The installation, and the Temporal that is told. */
export interface TellerOptions {
  readonly social: Pick<Social, 'engine'>
  readonly client: Client
  readonly queuePrefix: string
  readonly heartbeatTimeoutMs?: number | undefined
}

/** Brings to Temporal what the database says it must know. */
export interface Teller {
  /**
   * Everything that is due within a time, soonest first, until the signal. Answers how many were told.
   *
   * @throws when Temporal or the database does not answer; what was not told is told the next time.
   */
  tellAll(dueWithinMs: number, signal?: AbortSignal): Promise<number>
}

/** Told at the same time, right after they are taken: until when each has to wait was read then. */
const AT_ONCE = 40
const CALL_TIMEOUT_MS = 10_000
/** A delayed start comes up to a second late, because Temporal counts it in seconds: so it is asked for earlier, and the step waits for the rest. */
const START_EARLY_MS = 1_000
/** Longer than telling a batch takes. */
const LEASE_MS = 60_000

export function createTeller(options: TellerOptions): Teller {
  const { handover } = options.social.engine
  return {
    async tellAll(dueWithinMs, signal) {
      for (let told = 0; ; ) {
        const batch = await handover.take({ dueWithinMs, limit: AT_ONCE, leaseMs: LEASE_MS })
        const results = await Promise.allSettled(batch.map((one) => tell(options, one)))
        const failed = batch.filter((_, index) => results[index]?.status === 'rejected')
        await handover.settle(batch.filter((one) => !failed.includes(one)))
        told += batch.length - failed.length
        const failure = results.find((result) => result.status === 'rejected')
        if (failure) {
          await handover.giveBack(failed)
          throw failure.reason
        }
        if (batch.length < AT_ONCE || signal?.aborted) return told
      }
    },
  }
}

/** Starts the workflow, with the time until it is due as a delay that costs nothing; or wakes the one that waits. */
async function tell(options: TellerOptions, one: Handover): Promise<void> {
  const { client, queuePrefix, heartbeatTimeoutMs } = options
  const { publicationId, platform, run, dueInMs, known } = one
  const args: [DrivePublicationInput] = [
    { publicationId, platform, ...(heartbeatTimeoutMs === undefined ? {} : { heartbeatTimeoutMs }) },
  ]
  const start = {
    workflowId: toWorkflowId(queuePrefix, publicationId, run),
    taskQueue: toQueueNames(queuePrefix).workflows,
    // The row, not the id of a workflow, prevents a second post: one that was terminated, or has ended, may start again.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args,
  } satisfies Parameters<Client['workflow']['start']>[1]
  const wake = () =>
    client.workflow.signalWithStart<typeof drivePublication>(DRIVE_PUBLICATION, { ...start, signal: CHANGED })
  await callUntil(client, AbortSignal.timeout(CALL_TIMEOUT_MS), async () => {
    if (known) return void (await wake())
    try {
      const delayMs = dueInMs - START_EARLY_MS
      const startDelay = delayMs > 0 ? { startDelay: delayMs } : {}
      const policy = { workflowIdConflictPolicy: 'FAIL' } as const
      await client.workflow.start<typeof drivePublication>(DRIVE_PUBLICATION, { ...start, ...startDelay, ...policy })
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      await wake()
    }
  })
}
