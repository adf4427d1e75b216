import type { AgencyId } from '../model/ids.ts'
import type { Agency } from './agencies.ts'

/** Agencies are made on first use; their ids are derived from the app's own, so that the scope is known before a row is read. */
export interface AgencyStore {
  /** Does nothing when it is there. */
  ensure(agency: { readonly id: AgencyId; readonly externalId: string }): Promise<void>
  /** Null where `ensure` has not been called yet. */
  read(id: AgencyId): Promise<Agency | null>
  update(id: AgencyId, changes: Pick<Agency, 'approval'>): Promise<void>
}
