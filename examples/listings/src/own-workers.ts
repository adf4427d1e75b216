import type { Social } from '@ofm-social/core'
import { createActivities } from '@ofm-social/temporal/activities'
import { workflowsPath } from '@ofm-social/temporal/worker'
import { type NativeConnection, Worker } from '@temporalio/worker'

/** Workers of one's own: activities and the path of the workflows are plain exports. Each kind polls a queue of its own, named as `runWorkers` names it. */
export function createOwnWorkers(social: Social, connection: NativeConnection, queuePrefix = 'ofm'): Promise<Worker[]> {
  return Promise.all([
    Worker.create({ connection, taskQueue: `${queuePrefix}-workflows`, workflowsPath: workflowsPath() }),
    Worker.create({ connection, taskQueue: `${queuePrefix}-platform-x`, activities: createActivities(social) }),
  ])
}
