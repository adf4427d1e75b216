import { fileURLToPath } from 'node:url'
import { createActivities } from '@ofm-social/temporal/activities'
import { type NativeConnection, Worker } from '@temporalio/worker'
import { social } from './social.ts'

/** A worker of one's own: activities and the path of the workflows are plain exports. */
export function createOwnWorker(connection: NativeConnection, taskQueue: string): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue,
    activities: createActivities(social),
    workflowsPath: fileURLToPath(import.meta.resolve('@ofm-social/temporal/workflows')),
  })
}
