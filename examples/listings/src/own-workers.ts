import type { Social } from '@ofm-social/core'
import { createActivities } from '@ofm-social/temporal/activities'
import { workerDefaults, workflowsPath } from '@ofm-social/temporal/worker'
import { type NativeConnection, Worker } from '@temporalio/worker'

/** Workers of one's own: activities and the path of the workflows are plain exports. Each kind polls a queue of its own, named as `runWorkers` names it. */
export function createOwnWorkers(social: Social, connection: NativeConnection, queuePrefix = 'ofm'): Promise<Worker[]> {
  const common = { ...workerDefaults(social), connection }
  return Promise.all([
    Worker.create({ ...common, taskQueue: `${queuePrefix}-workflows`, workflowsPath: workflowsPath() }),
    Worker.create({ ...common, taskQueue: `${queuePrefix}-platform-x`, activities: createActivities(social) }),
  ])
}
