import type { Social } from '@ofm-social/core'
import type { PublicationActivities } from './activity-types.ts'
import { type AdvanceActivityOptions, createAdvanceActivity } from './advance-activity.ts'

export type { PublicationActivities, TendingActivities } from './activity-types.ts'
export type { AdvanceActivityOptions } from './advance-activity.ts'
export { createTendingActivities } from './tending-activities.ts'

/** The activities of a platform's queue, for a worker of one's own: `Worker.create({ activities: createActivities(social) })`. */
export function createActivities(
  social: Pick<Social, 'engine'>,
  options: AdvanceActivityOptions = {},
): PublicationActivities {
  return { advance: createAdvanceActivity(social, options) }
}
