import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { Creator } from './creators.ts'

/** Part of a list: rows with an id below `after`, highest ids first, compared byte by byte (`collate "C"`). Ids are time-ordered: newest first. */
export interface ListWindow<Id extends string> {
  readonly limit: number
  readonly after?: Id
}

/** What creators need of a database. Each method is one transaction; times are the database's (`ofm.now()`). */
export interface CreatorStore {
  find(agencyId: AgencyId, by: { readonly id: CreatorId } | { readonly externalId: string }): Promise<Creator | null>
  /**
   * Adds a creator. When the agency has one with this external id, that one is returned instead, with its name brought up to date where a name is
   * given (not null). Two that race get the same creator.
   */
  add(
    agencyId: AgencyId,
    creator: { readonly id: CreatorId; readonly externalId: string | null; readonly name: string | null },
  ): Promise<Creator>
  list(agencyId: AgencyId, window: ListWindow<CreatorId>): Promise<readonly Creator[]>
}
