import type { Social } from '@ofm-social/core'

/** What a workflow may call. Each is one function of the library; ids go in, and no secret or text comes out. */
export interface PublicationActivities {
  /** One step of a publication. `waitMs` null: until the workflow is signaled. */
  advance(publicationId: string): ReturnType<Social['engine']['advance']>
}

/** The activities, for a worker of one's own: `Worker.create({ activities: createActivities(social) })`. */
export declare function createActivities(social: Social): PublicationActivities
