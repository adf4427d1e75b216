/** Names that clients, workers and workflows agree on. They end up in histories: never renamed, only added. */
export const DRIVE_PUBLICATION = 'drivePublication'
/** "Something changed": the workflow asks again at once. Carries nothing, so that late, doubled and reordered ones are all alike. */
export const CHANGED = 'changed'

/** The queues of one installation. Another prefix makes another set beside it, in the same namespace. */
export interface QueueNames {
  readonly workflows: string
  /** Preparations that bring many bytes to a platform. */
  readonly media: string
  platform(platform: string): string
}

export const DEFAULT_QUEUE_PREFIX = 'ofm'
const WORKFLOWS = '-workflows'

export const toQueueNames = (prefix: string): QueueNames => ({
  workflows: `${prefix}${WORKFLOWS}`,
  media: `${prefix}-media`,
  platform: (platform) => `${prefix}-platform-${platform}`,
})

/** A workflow finds the other queues from its own. */
export const toQueuePrefix = (workflowQueue: string): string =>
  workflowQueue.endsWith(WORKFLOWS) ? workflowQueue.slice(0, -WORKFLOWS.length) : workflowQueue

/** Another prefix has other workflows, although they share a namespace. */
export const toWorkflowId = (prefix: string, publicationId: string, run: number): string =>
  `${prefix === DEFAULT_QUEUE_PREFIX ? '' : `${prefix}/`}pub/${publicationId}/${run}`
